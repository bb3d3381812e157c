/* The sheet page: fields, sums, filters, keys, panels, and the one-criterion view on phones. */
(function () {
  "use strict";

  const root = document.getElementById("sheet");
  if (!root) {
    return;
  }
  const lib = window.qiangjiSheet;
  const stage = root.dataset.stage;
  const shown = root.dataset.shown;
  const store = lib.openStore(window.qiangji.userId, root.dataset.sheet);
  const rows = Array.from(root.querySelectorAll(".crit")).map((element) => new lib.Row(element, stage));
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const saveState = document.getElementById("save-state");
  const alertBox = document.getElementById("sheet-alert");
  const phone = window.matchMedia("(max-width: 575.98px)");
  let sync = null;
  let leaving = false;

  const clock = (moment) => moment.toLocaleTimeString("zh-CN", { hour12: false });
  const fieldOf = (kind, code) => kind + ":" + code;

  /* ---- sums ---- */
  function pointsAt(row, of) {
    const cell = row.element.querySelector("[data-cell='" + of + "']");
    const points = cell ? lib.hundredths(cell.dataset.points) : null;
    // An inspection looks at some criteria: what it leaves alone keeps the mark of the final stage.
    return points === null && of === shown && root.dataset.fallback && of !== root.dataset.fallback
      ? pointsAt(row, root.dataset.fallback)
      : points;
  }

  function add(sums, key, value) {
    sums.set(key, (sums.get(key) || 0) + value);
  }

  const show = (value) => String(value / 100);

  function refreshSums() {
    const groups = new Map();
    const parts = new Map();
    const done = new Map();
    let total = 0;
    let open = 0;
    rows.forEach((row) => {
      if ("checklist" in row.element.dataset) {
        return;
      }
      const value = pointsAt(row, shown);
      if (value === null) {
        open += 1;
      } else {
        add(done, row.element.dataset.part, 1);
      }
      add(groups, row.element.dataset.group, value || 0);
      add(parts, row.element.dataset.part, value || 0);
      total += value || 0;
    });
    groups.forEach((value, key) => {
      const place = root.querySelector("[data-group-sum='" + shown + ":" + key + "']");
      if (place) {
        place.textContent = show(value);
      }
    });
    parts.forEach((value, key) => {
      root.querySelector("[data-part-sum='" + key + "']").textContent = show(value);
      root.querySelector("[data-part-done='" + key + "']").value = done.get(key) || 0;
    });
    document.getElementById("total").textContent = show(total);
    document.getElementById("total-bar").setAttribute("width", String(Math.min(total / 100, Number(root.dataset.total))));
    const left = document.getElementById("open-count");
    left.textContent = open ? "还差 " + open + " 项" : "已全部评分";
    left.classList.toggle("is-done", !open);
    countChips();
  }

  function countChips() {
    root.querySelectorAll(".chip[data-count]").forEach((chip) => {
      const count = rows.filter(TESTS[chip.dataset.filter]).length;
      chip.querySelector("span").textContent = count ? " " + count : "";
    });
  }

  /* ---- saving ---- */
  const STATES = {
    idle: () => "没有未保存的内容",
    saving: () => "正在保存…",
    saved: () => "已保存 " + clock(new Date()),
    offline: (count) => "离线，已暂存 " + count + " 项，恢复后自动保存",
    "signed-out": (count) => "登录已失效，已暂存 " + count + " 项",
    locked: (count) => "已锁定，" + count + " 项没有保存",
    clash: (count) => "有 " + count + " 处与他人冲突，请选择",
  };

  function onState(kind, detail, count) {
    if (!saveState || (kind === "idle" && saveState.dataset.kind === "saved")) {
      return;
    }
    saveState.dataset.kind = kind;
    saveState.textContent = STATES[kind](count);
    if (kind === "signed-out") {
      const link = document.createElement("a");
      link.href = root.dataset.signIn;
      link.textContent = "重新登录";
      link.addEventListener("click", () => {
        leaving = store.isDurable();
      });
      saveState.append("，", link);
    }
    if (kind === "locked") {
      showUnsaved(detail);
    }
    if (kind === "saved") {
      alertBox.hidden = true;
    }
  }

  function showUnsaved(message) {
    const kept = Object.values(store.all());
    alertBox.textContent = message || "考评表已锁定。";
    if (kept.length) {
      const list = document.createElement("ul");
      kept.forEach((entry) => {
        const item = document.createElement("li");
        const value = entry.kind === "text" ? entry.value.text : entry.value.points + " 分 " + (entry.value.remark || "");
        item.textContent = entry.code + "：" + value;
        list.append(item);
      });
      const head = document.createElement("p");
      head.textContent = "下面这些内容没有保存到服务器，仍暂存在本机，可以复制：";
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-outline-secondary btn-sm";
      drop.textContent = "不再需要，清除";
      drop.addEventListener("click", () => {
        Object.keys(store.all()).forEach((field) => store.drop(field));
        alertBox.hidden = true;
      });
      alertBox.append(head, list, drop);
    }
    alertBox.hidden = false;
  }

  function changed(row, kind) {
    const field = fieldOf(kind, row.code);
    const pending = store.get(field);
    store.put(field, {
      kind: kind,
      code: row.code,
      value: row.value(kind),
      version: pending && !pending.clash ? pending.version : row.version(kind),
      tried: pending && pending.tried,
    });
    row.showClash(kind, null);
    row.say("", "");
    if (!store.isDurable()) {
      alertBox.textContent = "本机无法暂存（浏览器存储不可用），断网时请不要关闭页面。";
      alertBox.hidden = false;
    }
    sync.changed();
  }

  function onSaved(field, result, sent) {
    const row = byCode.get(sent.code);
    if (!row) {
      return;
    }
    row.setVersion(sent.kind, result.version);
    row.say("已保存 " + clock(new Date(result.at)), "good");
    row.element.classList.remove("stale");
  }

  function onClash(field, entry) {
    const row = byCode.get(entry.code);
    row.say("有冲突，请选择", "bad");
    row.showClash(entry.kind, entry, (choice) => {
      row.showClash(entry.kind, null);
      row.setVersion(entry.kind, entry.clash.version);
      if (choice === "mine") {
        store.put(field, { kind: entry.kind, code: entry.code, value: entry.value, version: entry.clash.version });
        row.setValue(entry.kind, entry.value);
        sync.changed();
      } else {
        store.drop(field);
        row.setValue(entry.kind, withStage(entry.clash.theirs));
        row.say("已采用对方的内容", "good");
        sync.chosen();
      }
      refreshSums();
    });
  }

  const withStage = (value) => Object.assign({ stage: stage }, value);

  function onRefused(field, message) {
    const code = field.slice(field.indexOf(":") + 1);
    const row = byCode.get(code);
    row.showError(message);
    row.say("没有保存", "bad");
  }

  /* ---- what others saved ---- */
  function takeMark(news) {
    const row = byCode.get(news.code);
    if (!row) {
      return;
    }
    const points = news.points === null ? "" : news.points;
    if (news.stage === stage && row.mark) {
      if (news.version <= row.version("mark") || store.get(fieldOf("mark", news.code))) {
        return;
      }
      row.setValue("mark", withStage({ points: points, remark: news.remark }));
      row.setVersion("mark", news.version);
      row.say(news.by + " 刚保存", "note");
    } else {
      const cell = row.element.querySelector("[data-cell='" + news.stage + "']");
      if (cell && cell.dataset.points !== points) {
        cell.dataset.points = points;
        cell.querySelector("b").textContent = points === "" ? "—" : points;
      }
    }
  }

  function takeText(news) {
    const row = byCode.get(news.code);
    if (!row) {
      return;
    }
    if (!row.text) {
      const read = row.element.querySelector(".text-read");
      if (read) {
        read.textContent = news.text || "未写落实情况";
      }
      return;
    }
    if (news.version <= row.version("text") || store.get(fieldOf("text", news.code))) {
      return;
    }
    row.setValue("text", news);
    row.setVersion("text", news.version);
    row.say(news.by + " 刚保存", "note");
  }

  function onNews(news) {
    news.marks.forEach(takeMark);
    news.texts.forEach(takeText);
    if (news.marks.length) {
      refreshSums();
    }
    if (news.state_version !== Number(root.dataset.version)) {
      alertBox.textContent = "考评表的状态已变为“" + news.state + "”。";
      const link = document.createElement("a");
      link.href = location.pathname;
      link.textContent = "刷新页面";
      alertBox.append(link);
      alertBox.hidden = false;
    }
  }

  /* ---- entering marks ---- */
  function enterMark(row) {
    const fault = row.fault();
    row.showError(fault);
    if (fault) {
      row.say("没有保存", "bad");
      return false;
    }
    const points = lib.plainPoints(row.mark.value);
    /* Leaving the field tells the same value again; sent again, it would sweep a clash away under the pointer. */
    if (points !== row.points()) {
      row.showPoints(points);
      changed(row, "mark");
      refreshSums();
    }
    return true;
  }

  function setMark(row, points) {
    row.mark.value = points;
    enterMark(row);
  }

  /* ---- taking what the facts propose ---- */
  /* Settled points, or what is still open and claimed on the promise to do the rest: always by a click of its own. */
  function adopt(row) {
    const offer = row.element.querySelector("[data-offer]");
    const points = offer ? offer.dataset.offer || offer.dataset.promise : "";
    if (!points || !row.mark) {
      return;
    }
    if (row.text && !row.text.value.trim() && offer.dataset.offerText) {
      row.setValue("text", { text: offer.dataset.offerText });
      changed(row, "text");
    }
    setMark(row, points);
    offer.querySelector("[data-adopt]").hidden = true;
  }

  /* The text was taken as it was offered before facts moved: by a click it follows them. */
  function renewText(row, button) {
    row.setValue("text", { text: row.element.querySelector("[data-offer]").dataset.offerText });
    changed(row, "text");
    button.hidden = true;
  }

  /* Of one part, either what is settled or what rests on a promise; never the one along with the other. */
  function adoptPart(number, kind, button) {
    const offers = (row) => {
      const offer = row.element.querySelector("[data-offer]");
      return offer && offer.dataset[kind];
    };
    rows.filter((row) => row.element.dataset.part === number && row.mark && !row.mark.value.trim() && offers(row)).forEach(adopt);
    button.hidden = true;
  }

  root.addEventListener("click", (event) => {
    const one = event.target.closest("[data-adopt]");
    const part = event.target.closest("[data-adopt-part]");
    const promised = event.target.closest("[data-promise-part]");
    const renew = event.target.closest("[data-renew-text]");
    if (renew) {
      renewText(byCode.get(renew.closest(".crit").dataset.code), renew);
    } else if (one) {
      adopt(byCode.get(one.closest(".crit").dataset.code));
    } else if (part) {
      adoptPart(part.dataset.adoptPart, "offer", part);
    } else if (promised) {
      adoptPart(promised.dataset.promisePart, "promise", promised);
    }
  });

  function stepMark(row, direction) {
    const ladder = row.allowed || ["0", String(row.max)];
    const here = ladder.findIndex((one) => lib.hundredths(one) === lib.hundredths(row.mark.value.trim()));
    const next = here < 0 ? (direction > 0 ? 0 : ladder.length - 1) : here + direction;
    if (next >= 0 && next < ladder.length) {
      setMark(row, ladder[next]);
    }
  }

  const seen = () => rows.filter((row) => !row.element.hidden && row.mark);

  function go(row, direction) {
    const list = seen();
    const next = list[list.indexOf(row) + direction];
    if (next) {
      next.mark.focus();
      next.mark.select();
      next.element.scrollIntoView({ block: "nearest" });
    }
  }

  function onMarkKey(row, event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      if (enterMark(row)) {
        go(row, 1);
      }
    } else if (event.key === "f" || event.key === "F") {
      event.preventDefault();
      setMark(row, row.allowed ? row.allowed[row.allowed.length - 1] : String(row.max));
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (enterMark(row)) {
        go(row, event.key === "ArrowDown" ? 1 : -1);
      }
    }
  }

  function bindRow(row) {
    if (row.mark) {
      row.mark.addEventListener("input", () => {
        if (!row.fault()) {
          enterMark(row);
        }
      });
      row.mark.addEventListener("change", () => enterMark(row));
      row.mark.addEventListener("keydown", (event) => onMarkKey(row, event));
      row.element.querySelectorAll(".key").forEach((key) => {
        key.addEventListener("click", () => setMark(row, key.dataset.key === row.points() ? "" : key.dataset.key));
      });
      row.element.querySelectorAll(".stepper").forEach((button) => {
        button.addEventListener("click", () => stepMark(row, Number(button.dataset.step)));
      });
      row.showPoints(row.points());
    }
    const remarkTool = row.element.querySelector("[data-remark]");
    if (remarkTool) {
      remarkTool.addEventListener("click", () => {
        row.element.classList.add("has-remark");
        row.remark.focus();
      });
    }
    if (row.remark) {
      row.remark.addEventListener("input", () => {
        row.showPoints(row.points());
        changed(row, "mark");
      });
    }
    if (row.text) {
      row.text.addEventListener("input", () => {
        lib.grow(row.text);
        changed(row, "text");
      });
      if (row.text.value) {
        lib.grow(row.text);
      }
    }
  }

  /* ---- panels: evidence, history, how it is scored ---- */
  function closePanels(row, but) {
    row.element.querySelectorAll(".tool").forEach((tool) => tool !== but && tool.setAttribute("aria-expanded", "false"));
    row.element.querySelector(".panel").hidden = true;
    row.element.querySelector(".how").hidden = true;
  }

  root.addEventListener("click", (event) => {
    const tool = event.target.closest(".tool");
    if (!tool || "remark" in tool.dataset) {
      return;
    }
    const row = byCode.get(tool.closest(".crit").dataset.code);
    const open = tool.getAttribute("aria-expanded") !== "true";
    closePanels(row, tool);
    tool.setAttribute("aria-expanded", String(open));
    if (!open) {
      return;
    }
    if ("how" in tool.dataset) {
      row.element.querySelector(".how").hidden = false;
      return;
    }
    const panel = row.element.querySelector(".panel");
    panel.hidden = false;
    panel.textContent = "正在读取…";
    window.htmx.ajax("GET", root.dataset.answers + row.code + "/" + tool.dataset.panel, { target: panel, swap: "innerHTML" });
  });

  document.addEventListener("qiangji:evidence", (event) => {
    const row = byCode.get(event.detail.code);
    const section = row && row.element.querySelector("[data-evidence-section]");
    if (section) {
      row.element.dataset.evidence = section.dataset.count;
    }
  });

  /* ---- filters and search ---- */
  const find = document.getElementById("find");
  let filter = "";

  const TESTS = {
    "": () => true,
    open: (row) => pointsAt(row, shown) === null && !("checklist" in row.element.dataset),
    differs: (row) => row.element.classList.contains("differs"),
    stale: (row) => row.element.classList.contains("stale"),
    bare: (row) => !Number(row.element.dataset.evidence),
  };

  function applyFilter() {
    const words = find.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row) => {
      const hit = TESTS[filter](row) && (!words || (row.code + " " + row.element.querySelector(".crit-text").textContent).toLowerCase().includes(words));
      row.element.hidden = !hit;
      count += hit ? 1 : 0;
    });
    root.querySelectorAll(".group").forEach((group) => {
      group.hidden = !group.querySelector(".crit:not([hidden])");
    });
    root.querySelectorAll(".part").forEach((part) => {
      part.hidden = !part.querySelector(".crit:not([hidden])");
    });
    document.getElementById("find-count").textContent = filter || words ? count + " 条" : "";
    document.getElementById("nothing-found").hidden = count > 0;
    if (phone.matches) {
      showOne(0, true);
    }
  }

  function choose(chip) {
    filter = chip.dataset.filter;
    root.querySelectorAll(".chip").forEach((one) => one.setAttribute("aria-pressed", String(one === chip)));
    applyFilter();
  }

  root.querySelectorAll(".chip").forEach((chip) => chip.addEventListener("click", () => choose(chip)));

  /* A rater sees first what the stages before disagree on; a link to one criterion wins over that. */
  function differencesFirst() {
    const chip = root.querySelector(".chip[data-filter='differs']");
    if (stage === "rating" && chip && !location.hash && rows.some(TESTS.differs)) {
      choose(chip);
    }
  }

  find.addEventListener("input", applyFilter);

  /* ---- keys for the whole page ---- */
  function goPart(direction) {
    const parts = Array.from(root.querySelectorAll(".part:not([hidden])"));
    const top = document.getElementById("sheet-head").getBoundingClientRect().bottom + 30;
    let here = 0;
    parts.forEach((part, index) => {
      if (part.getBoundingClientRect().top < top) {
        here = index;
      }
    });
    const next = parts[Math.min(parts.length - 1, Math.max(0, here + direction))];
    next.scrollIntoView();
    const first = next.querySelector("input.mark");
    if (first) {
      first.focus({ preventScroll: true });
    }
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (sync) {
        sync.now();
      }
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      goPart(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "/" && (!typing || event.target.matches("input.mark"))) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "?" && (!typing || event.target.matches("input.mark"))) {
      event.preventDefault();
      showKeys();
    }
  });

  function showKeys() {
    const dialog = document.getElementById("keys");
    if (dialog && !dialog.open) {
      dialog.showModal();
    }
  }
  const keysButton = document.getElementById("show-keys");
  if (keysButton) {
    keysButton.addEventListener("click", showKeys);
  }

  /* What is still missing, asked of the server once everything typed is there; each line leads to its criterion. */
  const gaps = document.getElementById("gaps");
  const gapsButton = document.getElementById("show-missing");
  if (gapsButton) {
    gapsButton.addEventListener("click", () => {
      whenStored(() => {
        window.htmx
          .ajax("GET", gapsButton.dataset.missing, { target: "#gaps-list", swap: "innerHTML" })
          .then(() => gaps.showModal());
      });
    });
    gaps.addEventListener("click", (event) => {
      if (event.target.closest("a")) {
        gaps.close();
      }
    });
  }

  /* ---- phones: one criterion a screen ---- */
  const pager = document.getElementById("pager");
  let place = 0;

  const pages = () => rows.filter((row) => !row.element.hidden);

  function showOne(index, still) {
    const list = pages();
    place = Math.min(Math.max(0, index), Math.max(0, list.length - 1));
    rows.forEach((row) => row.element.classList.toggle("is-current", row === list[place]));
    document.getElementById("pager-place").textContent = list.length ? place + 1 + "/" + list.length : "0/0";
    const current = list[place];
    if (!current) {
      return;
    }
    root.querySelectorAll(".group, .part").forEach((block) => block.classList.toggle("has-current", block.contains(current.element)));
    document.getElementById("pager-part").value = current.element.dataset.part;
    if (current.text) {
      lib.grow(current.text);
    }
    if (!still) {
      root.scrollIntoView();
    }
  }

  function layOut() {
    document.body.classList.toggle("one-at-a-time", phone.matches);
    pager.hidden = !phone.matches;
    rows.filter((row) => row.text).forEach((row) => {
      row.text.style.height = "";
      if (row.text.value) {
        lib.grow(row.text);
      }
    });
    if (phone.matches) {
      showOne(place, true);
    }
  }

  pager.querySelectorAll("[data-go]").forEach((button) => {
    button.addEventListener("click", () => showOne(place + Number(button.dataset.go)));
  });
  document.getElementById("pager-part").addEventListener("change", (event) => {
    showOne(pages().findIndex((row) => row.element.dataset.part === event.target.value));
  });

  let touch = null;
  root.addEventListener("touchstart", (event) => {
    touch = event.target.closest("textarea, input, .panel") ? null : event.changedTouches[0];
  }, { passive: true });
  root.addEventListener("touchend", (event) => {
    if (!touch || !phone.matches) {
      return;
    }
    const end = event.changedTouches[0];
    const across = end.clientX - touch.clientX;
    if (Math.abs(across) > 70 && Math.abs(end.clientY - touch.clientY) < 50) {
      showOne(place + (across < 0 ? 1 : -1));
    }
  }, { passive: true });

  function showAddressed() {
    const code = location.hash.startsWith("#c-") ? location.hash.slice(3) : "";
    const row = byCode.get(code);
    if (!row) {
      return;
    }
    if (phone.matches) {
      showOne(pages().indexOf(row));
    }
    row.element.classList.add("is-addressed");
    row.element.scrollIntoView({ block: "center" });
    if (row.mark) {
      row.mark.focus({ preventScroll: true });
    }
  }

  /* ---- leaving ---- */
  const unsaved = () => store.count() > 0 || rows.some((row) => row.mark && row.mark.classList.contains("is-invalid"));

  window.addEventListener("beforeunload", (event) => {
    if (!leaving && stage && unsaved()) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  document.addEventListener("qiangji:sign-out", (event) => {
    if (store.count() && !window.confirm("还有 " + store.count() + " 项没有保存到服务器，退出会清除它们。确定退出吗？")) {
      event.preventDefault();
    } else {
      leaving = true;
    }
  });

  /* Calls back once everything typed is stored. */
  function whenStored(action) {
    if (!sync || sync.isIdle()) {
      action();
      return;
    }
    sync.now();
    const wait = window.setInterval(() => {
      if (sync.isIdle()) {
        window.clearInterval(wait);
        action();
      }
    }, 100);
  }

  /* A form that acts on the whole sheet waits until then. */
  document.querySelectorAll("form[data-after-saving]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      whenStored(() => {
        leaving = !store.count();
        form.submit();
      });
    });
  });

  /* ---- start ---- */
  function restore() {
    Object.entries(store.all()).forEach((pair) => {
      const entry = pair[1];
      const row = byCode.get(entry.code);
      const field = row && (entry.kind === "text" ? row.text : row.mark);
      if (!field) {
        return;
      }
      row.setValue(entry.kind, entry.value);
      if (entry.clash) {
        onClash(pair[0], entry);
      } else {
        row.say("暂存，等待保存", "late");
      }
    });
  }

  if (stage) {
    sync = lib.startSync({
      store: store,
      saveUrl: root.dataset.save,
      changesUrl: root.dataset.changes,
      now: root.dataset.now,
      onState: onState,
      onSaved: onSaved,
      onClash: onClash,
      onRefused: onRefused,
      onNews: onNews,
    });
    rows.forEach(bindRow);
    restore();
    refreshSums();
    sync.start();
  } else if (store.count()) {
    showUnsaved("这张考评表现在不能填写。");
  }
  phone.addEventListener("change", layOut);
  layOut();
  differencesFirst();
  showAddressed();
  window.addEventListener("hashchange", showAddressed);
})();
