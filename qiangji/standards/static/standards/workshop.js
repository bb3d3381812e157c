/* The workshop's page: rows and original lines linked both ways, the walk from problem to problem, editors that open in
   place, splitting at the cursor, moving, and keys. Everything here only makes quicker what the forms do anyway. */
(function () {
  "use strict";

  const shop = document.getElementById("shop");
  const own = window.qiangji && window.qiangji.workshop;
  if (!shop || !own) {
    return;
  }
  const mayEdit = shop.dataset.mayEdit === "yes";
  const scroller = document.getElementById("w-scroll");
  const keysDialog = document.getElementById("w-keys");

  function all(selector, inside) {
    return Array.from((inside || shop).querySelectorAll(selector));
  }

  function rows() {
    return all(".w-row");
  }

  function byId(id) {
    return id ? document.getElementById(id) : null;
  }

  /* ---- one pane at a time on a narrow screen ---- */
  function showPane(name) {
    shop.dataset.pane = name;
    all("[data-show-pane]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.showPane === name));
    });
  }
  shop.classList.add("has-switch");
  showPane(shop.dataset.pane || "understood");
  const isNarrow = window.matchMedia("(max-width: 991.98px)");

  /* ---- linked both ways ---- */
  function originsOf(element) {
    return (element.dataset.origins || "").split(" ").filter(Boolean);
  }

  function light(rowList, lines) {
    all(".is-linked").forEach((old) => old.classList.remove("is-linked"));
    rowList.concat(lines).forEach((one) => one.classList.add("is-linked"));
  }

  function linesOf(element) {
    return originsOf(element).map((number) => byId("o" + number)).filter(Boolean);
  }

  function bringLine(line) {
    if (!line) {
      return;
    }
    if (isNarrow.matches) {
      line.scrollIntoView({ block: "center" });
      return;
    }
    const box = scroller.getBoundingClientRect();
    const here = line.getBoundingClientRect();
    if (here.top < box.top || here.bottom > box.bottom) {
      scroller.scrollTop += here.top - box.top - box.height / 3;
    }
  }

  function linkFromRow(row) {
    const lines = linesOf(row);
    light([row], lines);
    if (!isNarrow.matches) {
      bringLine(lines[0]);
    }
  }

  function rowsOfLine(number) {
    const found = rows().filter((row) => originsOf(row).includes(number));
    return found.length ? found : all(".w-section[data-origins]").filter((part) => originsOf(part).includes(number));
  }

  function linkFromLine(line) {
    const found = rowsOfLine(line.dataset.line);
    light(found.filter((one) => one.classList.contains("w-row")), [line]);
    if (found.length) {
      if (isNarrow.matches) {
        showPane("understood");
      }
      found[0].scrollIntoView({ block: found[0].classList.contains("w-row") ? "center" : "start" });
    } else {
      window.qiangji.toast("这一行没有读成条目。如果它应当是一条，请在右边相应的小项里加一条。", "note");
    }
    return found[0];
  }

  shop.addEventListener("focusin", (event) => {
    const row = event.target.closest(".w-row");
    if (row && !row.classList.contains("is-linked")) {
      linkFromRow(row);
    }
  });
  shop.addEventListener("click", (event) => {
    const origin = event.target.closest(".w-origin");
    if (origin) {
      event.preventDefault();
      const row = origin.closest(".w-row");
      light([row], linesOf(row));
      if (isNarrow.matches) {
        showPane("original");
      }
      bringLine(linesOf(row)[0]);
      return;
    }
    const line = event.target.closest(".w-origin-line");
    if (line) {
      if (event.target.closest("a")) {
        event.preventDefault();
        const row = linkFromLine(line);
        if (row && row.classList.contains("w-row")) {
          row.focus({ preventScroll: true });
        }
      } else if (!String(window.getSelection())) {
        linkFromLine(line);
      }
      return;
    }
    const row = event.target.closest(".w-row");
    if (row) {
      linkFromRow(row);
    }
  });

  /* ---- from problem to problem ---- */
  let at = -1;
  let current = "";
  function nameOf(finding) {
    return finding.dataset.target + " " + finding.querySelector(".w-finding-words").textContent;
  }

  /* After a correction the list is another one: stay on the same problem, or before the one that took its place. */
  function findPlace() {
    const findings = all(".w-finding");
    const same = findings.findIndex((finding) => nameOf(finding) === current);
    if (same >= 0) {
      at = same;
      findings[same].classList.add("is-current");
    } else if (current) {
      at = Math.max(-1, Math.min(at, findings.length) - 1);
      current = "";
    }
  }

  function goTo(finding) {
    all(".w-finding.is-current").forEach((old) => old.classList.remove("is-current"));
    finding.classList.add("is-current");
    current = nameOf(finding);
    const list = finding.parentElement;
    list.scrollTop = finding.offsetTop - list.offsetTop - 40;
    const target = byId(finding.dataset.target);
    const jump = finding.querySelector(".w-jump");
    const line = jump.dataset.origin ? byId("o" + jump.dataset.origin) : null;
    if (isNarrow.matches) {
      showPane(target || !line ? "understood" : "original");
    }
    if (target) {
      target.scrollIntoView({ block: target.classList.contains("w-row") ? "center" : "start" });
      if (target.classList.contains("w-row")) {
        const figure = target.querySelector(".w-figure");
        (figure && !figure.value ? figure : target).focus({ preventScroll: true });
      }
    }
    if (line) {
      light(target && target.classList.contains("w-row") ? [target] : [], [line]);
      bringLine(line);
    }
  }

  function step(change) {
    const findings = all(".w-finding");
    if (!findings.length) {
      window.qiangji.toast("没有问题了，可以发布。", "note");
      return;
    }
    at = (at + change + findings.length) % findings.length;
    goTo(findings[at]);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#w-next")) {
      step(1);
      return;
    }
    const jump = event.target.closest(".w-jump");
    if (jump) {
      event.preventDefault();
      const finding = jump.closest(".w-finding");
      at = all(".w-finding").indexOf(finding);
      goTo(finding);
      return;
    }
    const pane = event.target.closest("[data-show-pane]");
    if (pane) {
      showPane(pane.dataset.showPane);
    }
    if (event.target.closest("#w-show-keys")) {
      keysDialog.showModal();
    }
  });

  /* ---- editors open in place ---- */
  function isDirty(box) {
    return all("textarea, input:not([type=hidden])", box).some((field) => field.type !== "checkbox" && own.isTyped(field));
  }

  function prepare(box) {
    const cut = box.querySelector("[data-split]");
    if (cut) {
      cut.hidden = false;
    }
    showKindFields(box);
  }

  function showKindFields(box) {
    const choice = box.querySelector("select[name=kind]");
    if (!choice) {
      return;
    }
    all("[data-for-kind]", box).forEach((set) => {
      set.hidden = set.dataset.forKind !== choice.value;
    });
    const points = box.querySelector("[data-points-field]");
    if (points && choice) {
      points.hidden = ["checklist", "graded", "bonus", "base"].includes(choice.value);
    }
  }

  function close(box) {
    if (isDirty(box) && !window.confirm("这里有没保存的修改，确定放弃吗？")) {
      return;
    }
    const row = box.closest(".w-row");
    box.replaceChildren();
    if (row) {
      row.focus({ preventScroll: true });
    }
  }

  async function openEditor(key, address) {
    const box = byId(key + "-editor");
    if (!box) {
      return;
    }
    if (box.firstChild) {
      close(box);
      return;
    }
    await window.htmx.ajax("GET", address, { target: box, swap: "innerHTML" });
    prepare(box);
    const field = box.querySelector("textarea, input:not([type=hidden]), select");
    if (field) {
      field.focus();
    }
  }

  function split(box) {
    const text = box.querySelector("textarea[name=text]");
    const form = text.form;
    const lead = text.value.length - text.value.trimStart().length;
    const place = text.selectionStart - lead;
    if (place <= 0 || place >= text.value.trim().length) {
      window.qiangji.toast("请先把光标放在要拆开的地方，例如第二条的第一个字前面。");
      text.focus();
      return;
    }
    if (isDirty(box)) {
      own.send(form);
    }
    own.act("split", { key: form.dataset.key, at: String(place) }, form.dataset.label + "拆成两条");
    box.replaceChildren();
  }

  shop.addEventListener("click", (event) => {
    const link = event.target.closest("[data-edit]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      openEditor(link.dataset.edit, link.href);
      return;
    }
    const box = event.target.closest(".w-editor");
    if (box && event.target.closest("[data-close]")) {
      event.preventDefault();
      close(box);
    } else if (box && event.target.closest("[data-split]")) {
      split(box);
    }
  });
  shop.addEventListener("change", (event) => {
    if (event.target.matches("select[name=kind]") && event.target.closest(".w-editor")) {
      showKindFields(event.target.closest(".w-editor"));
    }
    if (event.target.matches(".w-figure") && own.isTyped(event.target)) {
      own.send(event.target.form);
    }
  });
  own.onSwap((done, fresh) => {
    if (done.refused) {
      prepare(done.box);
      return;
    }
    const row = fresh.map(byId).find((one) => one);
    if (row && (done.operation === "split" || (done.key || "").startsWith("add-"))) {
      row.scrollIntoView({ block: row.classList.contains("w-row") ? "center" : "start" });
      if (row.classList.contains("w-row")) {
        row.focus({ preventScroll: true });
      }
    }
    findPlace();
    markDoubted();
    const focused = shop.querySelector(".w-row:focus, .w-row:focus-within");
    if (focused) {
      linkFromRow(focused);
    }
  });

  /* ---- moving a row by keys ---- */
  function move(row, change) {
    const group = row.closest(".w-group");
    const inGroup = all(".w-row", group);
    const groups = all(".w-group");
    const place = inGroup.indexOf(row);
    const label = "移动条目";
    if (change < 0 && place > 0) {
      own.act("move", { key: row.id, before: inGroup[place - 1].id }, label);
    } else if (change > 0 && place < inGroup.length - 1) {
      own.act("move", { key: row.id, after: inGroup[place + 1].id }, label);
    } else {
      const other = groups[groups.indexOf(group) + change];
      if (!other) {
        return;
      }
      const first = other.querySelector(".w-row");
      own.act("move", change > 0 && first ? { key: row.id, before: first.id } : { key: row.id, group: other.id }, label);
    }
  }

  /* ---- keys ---- */
  function isTyping(element) {
    return element.matches("input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select");
  }

  function neighbour(row, change) {
    const found = rows();
    return found[found.indexOf(row) + change];
  }

  function press(id) {
    const button = byId(id);
    if (button && !button.disabled) {
      button.form.requestSubmit();
    }
  }

  function keysInFigure(event, figure) {
    if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      let next = figure.closest(".w-row");
      do {
        next = neighbour(next, event.key === "ArrowUp" ? -1 : 1);
      } while (next && !next.querySelector(".w-figure"));
      if (next) {
        next.querySelector(".w-figure").focus();
        next.querySelector(".w-figure").select();
      } else {
        figure.blur();
      }
    } else if (event.key === "Escape") {
      figure.value = figure.defaultValue;
      figure.closest(".w-row").focus();
    }
  }

  function keysInEditor(event, box) {
    const form = event.target.form || box.querySelector("form");
    if (event.key === "Escape") {
      event.preventDefault();
      close(box);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Enter" && event.altKey && event.target.matches("textarea[name=text]") && box.querySelector("[data-split]")) {
      event.preventDefault();
      split(box);
    }
  }

  function keysOnRow(event, row) {
    const change = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (change && event.altKey && mayEdit && row.closest(".w-group")) {
      event.preventDefault();
      move(row, change);
    } else if (change && !event.altKey) {
      event.preventDefault();
      const next = neighbour(row, change);
      if (next) {
        next.focus();
      }
    } else if (event.key === "Enter" && mayEdit) {
      event.preventDefault();
      const link = row.querySelector("[data-edit]");
      openEditor(link.dataset.edit, link.href);
    } else if (event.key.toLowerCase() === "p" && row.querySelector(".w-figure")) {
      event.preventDefault();
      row.querySelector(".w-figure").select();
    } else if (event.key === "Delete" && mayEdit && row.closest(".w-group")) {
      own.act("delete", { key: row.id }, "删除条目").then(() => window.qiangji.toast("已删除一条，可用“撤销”找回。", "note"));
    }
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const withControl = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const box = target.closest(".w-editor");
    if (withControl && key === "s") {
      event.preventDefault();
      const form = box && (target.form || box.querySelector("form"));
      if (form) {
        form.requestSubmit();
      } else if (document.activeElement) {
        document.activeElement.blur();
      }
    } else if (box) {
      keysInEditor(event, box);
    } else if (target.classList.contains("w-figure")) {
      keysInFigure(event, target);
    } else if (isTyping(target) || keysDialog.open) {
      return;
    } else if (withControl && (key === "y" || (key === "z" && event.shiftKey))) {
      event.preventDefault();
      press("w-redo");
    } else if (withControl && key === "z") {
      event.preventDefault();
      press("w-undo");
    } else if (withControl) {
      return;
    } else if (key === "n" && !event.altKey) {
      step(event.shiftKey ? -1 : 1);
    } else if (event.key === "?") {
      keysDialog.showModal();
    } else if (target.classList.contains("w-row")) {
      keysOnRow(event, target);
    }
  });

  function markDoubted() {
    all(".w-origin-line.is-doubted").forEach((line) => line.classList.remove("is-doubted"));
    all(".w-finding .w-jump[data-origin]").forEach((jump) => {
      const line = byId("o" + jump.dataset.origin);
      if (line) {
        line.classList.add("is-doubted");
      }
    });
  }
  markDoubted();
})();
