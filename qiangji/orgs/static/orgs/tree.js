/* Opening and closing a node. Its children are fetched once, by htmx, at the first opening. */
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest(".tree-toggle");
    if (!toggle) {
      return;
    }
    const below = document.getElementById(toggle.getAttribute("aria-controls"));
    const open = below.hidden;
    below.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  });
})();
