/* Finding a kind of ledger by its name or its initials, and showing the button only once something is chosen. */
(function () {
  "use strict";

  const find = document.getElementById("kind-find");
  if (!find) {
    return;
  }
  const groups = document.getElementById("kind-groups");
  const none = document.getElementById("kind-none");

  find.addEventListener("input", () => {
    const typed = find.value.trim().toLowerCase();
    let shown = 0;
    document.querySelectorAll("#kind-groups [data-find]").forEach((chip) => {
      chip.hidden = Boolean(typed) && !chip.dataset.find.toLowerCase().includes(typed);
      shown += chip.hidden ? 0 : 1;
    });
    document.querySelectorAll("#kind-groups .chip-group").forEach((group) => {
      group.hidden = !group.querySelector("[data-find]:not([hidden])");
    });
    groups.open = Boolean(typed) || groups.open;
    none.hidden = shown > 0;
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const first = document.querySelector("#kind-groups [data-find]:not([hidden]) input");
      if (first && find.value.trim()) {
        event.preventDefault();
        first.click();
        find.value = "";
        find.dispatchEvent(new Event("input"));
      }
    }
  });
})();
