// Does with Node what read.py does with Python; the third argument is the folder with node_modules.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";

const [published, copy, stop, tools] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(tools + "/")("@duckdb/node-api");

async function read(file) {
  const began = performance.now();
  const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const one = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson()[0][0];
    const release = await one("select release_id from marts.release");
    const numerator = await one("select numerator::integer from marts.values_as_of(now())");
    const rows = Number(await one("select count(*) from marts.rpt_scorecard"));
    return { release, numerator, rows, ms: performance.now() - began };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

while (!existsSync(stop)) {
  let seen = {};
  try {
    seen = await read(published + "/current/dxkpi.duckdb");
    seen.copy_ms = (await read(copy)).ms;
  } catch (error) {
    seen.error = String(error);
  }
  console.log(JSON.stringify(seen));
  await setTimeout(100);
}
