"use strict";
// Without this script the page is whole and in Vietnamese: links open the sections, nothing is hidden for good.
const page = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
page.classList.add("js");

// Language: both are in the page; numbers and days are rewritten.
const titles = { vi: document.title, en: page.dataset.titleEn };
function speak(language) {
  if (language !== page.lang) {
    for (const text of all(".n")) {
      for (const node of text.childNodes) {
        if (node.nodeType === 3) node.data = node.data.replace(/[.,](?=\d)/g, (sign) => (sign === "." ? "," : "."));
      }
    }
    for (const time of all("time")) {
      const shown = time.textContent;
      time.textContent = time.dataset.other;
      time.dataset.other = shown;
    }
  }
  page.lang = language;
  document.title = titles[language];
  for (const button of all("[data-speak]")) button.setAttribute("aria-pressed", button.dataset.speak === language);
  for (const box of all("[data-hint-en]")) box.placeholder = box.dataset[language === "en" ? "hintEn" : "hintVi"];
}
for (const button of all("[data-speak]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.speak);
    const address = new URL(location.href);
    if (button.dataset.speak === "en") address.searchParams.set("lang", "en");
    else address.searchParams.delete("lang");
    try { history.replaceState(null, "", address); } catch { /* a file opened in a sandbox has no history */ }
  });
}

// Indicators unfold below their line.
const links = new Map(all("tr.line a.open").map((link) => [link.closest("tr").nextElementSibling.id, link]));
function unfold(id, open) {
  const link = links.get(id);
  const section = document.getElementById(id);
  section.classList.toggle("shown", open);
  link.setAttribute("aria-expanded", open);
  link.closest("tr").classList.toggle("unfolded", open);
}
for (const [id, link] of links) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", id);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const open = link.getAttribute("aria-expanded") !== "true";
    unfold(id, open);
    try { history.replaceState(null, "", open ? `#${encodeURIComponent(id)}` : location.pathname + location.search); } catch { /* as above */ }
  });
  link.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); link.click(); } });
  link.closest("tr").addEventListener("click", (event) => { if (!event.target.closest("a,button")) link.click(); });
}
function follow() {
  let id = "";
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const place = id && document.getElementById(id);
  if (!place) return;
  const section = place.closest("tr.detail") || place.closest("tr.line")?.nextElementSibling;
  if (section) unfold(section.id, true);
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const line = section ? section.previousElementSibling : place;
  line.hidden = false;
  if (section) line.scrollIntoView({ block: "start" });
  if (section) links.get(section.id).focus({ preventScroll: true });
}
addEventListener("hashchange", follow);

// Filter: words in any order, with or without accents; verdicts by button.
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
const search = document.getElementById("search");
const found = document.getElementById("found");
const pillarOf = (row) => row.closest("tbody").querySelector("tr.pillar").textContent;
const lines = all("tr.line").map((row) => ({ row, text: plain(`${pillarOf(row)} ${row.textContent}`), verdict: row.dataset.verdict }));
let wanted = "";
function filter() {
  const words = plain(search.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text, verdict } of lines) {
    const fits = words.every((word) => text.includes(word)) && (!wanted || wanted === verdict);
    row.hidden = !fits;
    row.nextElementSibling.classList.toggle("away", !fits);
    shown += fits;
  }
  for (const group of all("table.lines tbody")) group.hidden = !group.querySelector("tr.line:not([hidden])");
  const filtered = words.length > 0 || wanted !== "";
  for (const part of all("details.more")) if (filtered && part.querySelector("tr.line:not([hidden])")) part.open = true;
  for (const count of all("[data-count]", found)) count.textContent = shown;
  found.hidden = !filtered;
}
if (search) {
  search.form.hidden = false;
  search.form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  for (const button of all("[data-verdict-wanted]")) {
    button.addEventListener("click", () => {
      wanted = button.dataset.verdictWanted === wanted ? "" : button.dataset.verdictWanted;
      for (const other of all("[data-verdict-wanted]")) other.setAttribute("aria-pressed", other.dataset.verdictWanted === wanted);
      filter();
    });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; filter(); }
  });
}

// Print: the summary as it is, or all of it.
const whole = document.getElementById("print-all");
if (whole) {
  whole.hidden = false;
  whole.addEventListener("click", () => {
    const closed = all("details:not([open])");
    for (const fold of closed) fold.open = true;
    page.classList.add("whole");
    print();
    page.classList.remove("whole");
    for (const fold of closed) fold.open = false;
  });
}

if (new URLSearchParams(location.search).get("lang") === "en") speak("en");
follow();
