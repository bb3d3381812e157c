"use strict";
// The reviewers' queue: what is ticked, and the keys that walk through it. Without this script the page works as well.
(() => {
  const main = document.getElementById("main");
  const picks = (form) => [...form.querySelectorAll('input[name="sheet"]')];

  const show = (form) => {
    const all = picks(form);
    const count = all.filter((one) => one.checked).length;
    form.querySelector("[data-picked]").textContent = count ? `已选 ${count} 张` : "先勾选，再办理";
    form.querySelector("[data-acts]").hidden = count === 0;
    const every = form.querySelector("[data-pick-all]");
    every.hidden = all.length === 0;
    every.checked = all.length > 0 && count === all.length;
    every.indeterminate = count > 0 && count < all.length;
  };

  const start = () => {
    const form = main.querySelector("[data-queue]");
    if (form) show(form);
  };

  main.addEventListener("change", (event) => {
    const form = event.target.closest("[data-queue]");
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      picks(form).forEach((one) => { one.checked = event.target.checked; });
    }
    show(form);
  });

  const walk = (step) => {
    const rows = [...main.querySelectorAll("a[data-row]")];
    if (!rows.length) return;
    const here = rows.findIndex((one) => one.closest("tr").classList.contains("is-here"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + step))];
    rows.forEach((one) => one.closest("tr").classList.remove("is-here"));
    next.closest("tr").classList.add("is-here");
    next.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      event.preventDefault();
      walk(key === "j" ? 1 : -1);
    } else if (key === "x") {
      const tick = main.querySelector('tr.is-here input[name="sheet"]');
      if (tick) tick.click();
    }
  });

  document.addEventListener("htmx:afterSwap", start);
  start();
})();
