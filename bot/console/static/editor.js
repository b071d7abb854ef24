// Only a help: without it, each "Save" brings another empty row.
(() => {
  const grown = (row) => [...row.querySelectorAll("input, textarea, select")].some((one) => one.value && one.type !== "hidden");

  // The last row of a list was empty and is no more: another one follows it.
  function follow(row) {
    const rows = row.parentElement;
    if (row !== rows.lastElementChild || !grown(row)) return;
    const begin = rows.dataset.rows, number = rows.children.length - 1;
    const next = row.cloneNode(true);
    for (const inner of next.querySelectorAll("[data-rows]")) while (inner.children.length > 1) inner.lastElementChild.remove();
    for (const one of next.querySelectorAll("input, textarea, select")) {
      one.name = one.name.replace(`${begin}.${number}.`, `${begin}.${number + 1}.`);
      if (one.type !== "hidden") one.value = "";
    }
    for (const inner of next.querySelectorAll("[data-rows]")) inner.dataset.rows = inner.dataset.rows.replace(`${begin}.${number}.`, `${begin}.${number + 1}.`);
    const legend = next.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, number + 2);
    rows.append(next);
  }
  document.addEventListener("input", ({ target }) => {
    let row = target.closest?.("[data-row]");
    for (; row; row = row.parentElement.closest("[data-row]")) follow(row);
  });
})();
