"use strict";
// Choosing organizations: find by name, tick a whole group, count what is ticked. Without this script each is ticked by hand.
(() => {
  const field = document.querySelector("[data-targets]");
  if (!field) return;
  const boxes = Array.from(field.querySelectorAll('input[type="checkbox"]'));
  const lines = (group) => Array.from(group.querySelectorAll(".form-check")).filter((line) => !line.hidden);
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    field.querySelector("[data-count]").textContent = ticked ? `已选 ${ticked} 个` : "";
    field.querySelectorAll("[data-group]").forEach((group) => {
      const shown = lines(group).map((line) => line.querySelector("input"));
      const button = group.querySelector("[data-all]");
      button.hidden = shown.length < 2;
      button.textContent = shown.every((box) => box.checked) ? "全不选" : "全选";
    });
  };
  const find = field.querySelector("[data-find]");
  find.hidden = boxes.length < 8;
  find.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = find.value.trim();
    field.querySelectorAll("[data-group]").forEach((group) => {
      group.querySelectorAll(".form-check").forEach((line) => {
        line.hidden = !line.textContent.includes(words);
      });
      group.hidden = lines(group).length === 0;
    });
    count();
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  field.addEventListener("click", (event) => {
    const button = event.target.closest("[data-all]");
    if (!button) return;
    const shown = lines(button.closest("[data-group]")).map((line) => line.querySelector("input"));
    const all = shown.every((box) => box.checked);
    shown.forEach((box) => { box.checked = !all; });
    field.dispatchEvent(new Event("input", { bubbles: true }));
    count();
  });
  field.addEventListener("change", count);
  count();
})();
