// Nothing is fetched from elsewhere, neither while building nor by who reads.
export default {
  root: "src",
  title: "Chỉ tiêu chuyển đổi số",
  globalStylesheets: [],
  pager: false,
  search: false,
  sidebar: false,
  toc: false,
  footer: "",
};
