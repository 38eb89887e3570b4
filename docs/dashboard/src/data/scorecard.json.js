// Runs while the page is built: what is known of each target of a year, from the current release.
import { DuckDBInstance } from "@duckdb/node-api";

const release = process.env.DXKPI_RELEASE ?? "../../data/published/current";
const instance = await DuckDBInstance.create(`${release}/dxkpi.duckdb`, { access_mode: "READ_ONLY" });
const connection = await instance.connect();
const reader = await connection.runAndReadAll(`
  select target_number, indicator_vi, pillar_vi, year, value, target_value, target_text, verdict, is_made_up
  from scorecard
  where period_kind = 'year' and is_of_the_whole
  order by year, pillar_vi, target_number
`);
process.stdout.write(JSON.stringify(reader.getRowObjectsJson()));
