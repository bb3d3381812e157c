/* Sending what a person does in the workshop, one thing after the other, and showing what the server answers.

   Every form marked data-op goes through one queue, so that each step is made on the state that the one before left.
   An answer holds only the pieces that changed; each replaces the element with its id. What could not be saved stays in
   a tray with its reason and can be sent again, and open editors survive whatever is replaced around them.

   Others use window.qiangji.workshop: send(form), act(operation, values, label), whenIdle(), onSwap(call). */
(function () {
  "use strict";

  const shop = document.getElementById("shop");
  if (!shop) {
    return;
  }
  const signInPath = document.body.dataset.signIn || "";
  const base = shop.dataset.base;
  const stateLine = document.getElementById("save-state");
  const tray = document.getElementById("w-unsaved");
  const REASONS = {
    400: "内容不完整或格式不对。",
    403: "您没有权限，或页面已过期。请刷新页面。",
    404: "这份录入稿已不在您的查看范围内。",
    413: "内容太大，超过了允许的上限。",
  };
  const listeners = [];
  const kept = [];
  let chain = Promise.resolve();
  let running = 0;

  function seen() {
    return document.getElementById("w-bar").dataset.seen;
  }

  /* ---- what the line at the top says ---- */
  function say(kind, text) {
    if (stateLine) {
      stateLine.dataset.kind = kind;
      stateLine.textContent = text;
    }
  }

  function sayHowItStands() {
    if (kept.length) {
      say("waiting", kept.length + " 处修改还没保存");
    } else if (running) {
      say("saving", "正在保存");
    } else {
      say("saved", "已保存 " + new Date().toLocaleTimeString("zh-CN", { hour12: false }));
    }
  }

  /* ---- the tray of what was not saved ---- */
  function showTray() {
    const list = tray.querySelector("ul");
    list.replaceChildren();
    kept.forEach((entry) => {
      const line = document.createElement("li");
      const words = document.createElement("span");
      words.textContent = entry.label + (entry.shown ? "：" + entry.shown : "") + "。" + entry.reason;
      const again = document.createElement("button");
      again.type = "button";
      again.className = "btn btn-outline-secondary btn-sm";
      again.textContent = "重新保存";
      again.addEventListener("click", () => {
        drop(entry);
        enqueue(entry);
      });
      const give = document.createElement("button");
      give.type = "button";
      give.className = "btn btn-link btn-sm";
      give.textContent = "放弃";
      give.addEventListener("click", () => drop(entry));
      line.append(words, again, give);
      list.append(line);
    });
    tray.hidden = !kept.length;
    sayHowItStands();
  }

  function drop(entry) {
    kept.splice(kept.indexOf(entry), 1);
    showTray();
  }

  function keep(entry, reason) {
    entry.reason = reason;
    kept.push(entry);
    showTray();
  }

  /* ---- showing an answer without losing what is being typed elsewhere ---- */
  function isTyped(field) {
    return field.value !== field.defaultValue;
  }

  function remember(done) {
    const editors = new Map();
    shop.querySelectorAll(".w-editor").forEach((box) => {
      if (box.firstChild && box !== done.box) {
        editors.set(box.id, Array.from(box.childNodes));
      }
    });
    const figures = new Map();
    shop.querySelectorAll(".w-figure").forEach((field) => {
      const key = field.form.dataset.key;
      if (key !== done.key && isTyped(field)) {
        figures.set(key, field.value);
      }
    });
    const active = document.activeElement;
    const row = active && active.closest(".w-row");
    return {
      editors: editors,
      figures: figures,
      active: active,
      rowId: row ? row.id : "",
      onFigure: Boolean(active && active.classList.contains("w-figure")),
      inFindings: Boolean(active && active.closest("#w-findings")),
    };
  }

  function putBack(before) {
    before.editors.forEach((nodes, id) => {
      const box = document.getElementById(id);
      if (box && !box.firstChild) {
        box.append(...nodes);
      }
    });
    before.figures.forEach((value, key) => {
      const field = document.querySelector("#" + CSS.escape(key) + " .w-figure");
      if (field && !isTyped(field)) {
        field.value = value;
      }
    });
    if (document.activeElement && document.activeElement !== document.body) {
      return;
    }
    let next = before.active && before.active.isConnected ? before.active : null;
    if (!next && before.active && before.active.id) {
      next = document.getElementById(before.active.id);
    }
    const row = before.rowId && document.getElementById(before.rowId);
    if (!next && row) {
      next = (before.onFigure && row.querySelector(".w-figure")) || row;
    }
    if (!next && before.inFindings) {
      next = document.querySelector("#w-findings .w-jump") || document.getElementById("w-next");
    }
    if (next) {
      next.focus({ preventScroll: true });
    }
  }

  function ids() {
    return new Set(Array.from(shop.querySelectorAll("[data-origins]"), (row) => row.id));
  }

  function show(html, done) {
    const before = remember(done);
    const known = ids();
    window.htmx.swap(shop, html, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
    if (done.box && done.box.isConnected) {
      done.box.replaceChildren();
    }
    putBack(before);
    document.querySelectorAll("[data-seen-field]").forEach((field) => {
      field.value = seen();
    });
    const fresh = Array.from(ids()).filter((id) => !known.has(id));
    listeners.forEach((call) => call(done, fresh));
  }

  /* ---- a refusal stands where the thing was typed ---- */
  function refuse(entry, html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const editor = parsed.querySelector("[data-editor]");
    const box = entry.box && document.getElementById(entry.box.id);
    if (editor && box) {
      box.replaceChildren(editor);
      window.htmx.process(box);
      const field = box.querySelector(".is-invalid");
      if (field) {
        field.focus();
      }
      listeners.forEach((call) => call({ key: entry.key, refused: true, box: box }, []));
      return;
    }
    const message = (parsed.querySelector("[data-refused]") || parsed.body).textContent.trim();
    const form = entry.form && entry.form.isConnected ? entry.form : null;
    const field = form && form.querySelector(".w-figure");
    const place = (form && (form.closest(".w-edit-box") || form.closest(".w-row"))) || null;
    if (!place) {
      window.qiangji.toast(entry.label + "：" + message);
      return;
    }
    const line = document.createElement("p");
    line.className = "w-refused";
    line.setAttribute("role", "alert");
    line.textContent = message;
    place.querySelectorAll(".w-refused").forEach((old) => old.remove());
    place.append(line);
    if (field) {
      field.classList.add("is-invalid");
      field.focus();
    }
  }

  /* ---- the queue ---- */
  async function post(entry) {
    entry.values.set("seen", seen());
    let answer;
    try {
      answer = await fetch(entry.address, {
        method: "POST",
        body: new URLSearchParams(entry.values),
        headers: { "HX-Request": "true", "X-CSRFToken": window.qiangji.csrfToken() },
        credentials: "same-origin",
      });
    } catch (error) {
      keep(entry, "网络不通，请检查网络。");
      return;
    }
    if (answer.redirected && signInPath && new URL(answer.url).pathname === signInPath) {
      keep(entry, "登录已过期，请在新窗口重新登录，再回到这里。");
      return;
    }
    const html = await answer.text();
    if (answer.status === 200) {
      show(html, { key: entry.key, box: entry.box, operation: entry.operation });
    } else if (answer.status === 409) {
      show(html, { key: "", box: null });
      keep(entry, answer.headers.get("X-Reason") ? decodeURIComponent(answer.headers.get("X-Reason")) : "别人先改了这份录入稿，已换成最新内容，请核对。");
    } else if (answer.status === 422) {
      refuse(entry, html);
    } else {
      keep(entry, REASONS[answer.status] || "系统出错（" + answer.status + "），请稍后重试。");
    }
  }

  function enqueue(entry) {
    running += 1;
    sayHowItStands();
    chain = chain.then(() => window.qiangji.busy(post(entry))).finally(() => {
      running -= 1;
      sayHowItStands();
    });
    return chain;
  }

  function shown(values) {
    return Array.from(values.entries())
      .filter(([name, value]) => ["points", "text", "title"].includes(name) && value)
      .map(([, value]) => (value.length > 60 ? value.slice(0, 60) + "…" : value))
      .join("，");
  }

  /* Send a form; values are taken now, so that what is replaced while it waits its turn is not lost. */
  function send(form) {
    const values = new FormData(form);
    values.delete("csrfmiddlewaretoken");
    const figure = form.querySelector(".w-figure");
    if (figure) {
      figure.classList.remove("is-invalid");
    }
    const place = form.closest(".w-row, .w-edit-box");
    if (place) {
      place.querySelectorAll(".w-refused").forEach((old) => old.remove());
    }
    return enqueue({
      address: form.action,
      values: values,
      form: form,
      key: form.dataset.key || "",
      box: form.closest(".w-editor"),
      label: form.dataset.label || "修改",
      shown: shown(values),
      operation: form.action.split("/").slice(-2)[0],
    });
  }

  function act(operation, given, label) {
    const values = new FormData();
    Object.entries(given).forEach(([name, value]) => values.set(name, value));
    return enqueue({
      address: base + "do/" + operation + "/",
      values: values,
      key: "",
      box: null,
      label: label,
      shown: "",
      operation: operation,
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-op]");
    if (form) {
      event.preventDefault();
      send(form);
    }
  });

  function hasUnsaved() {
    const typing = Array.from(shop.querySelectorAll(".w-figure, .w-edit-box textarea, .w-edit-box input:not([type=hidden])"));
    return kept.length > 0 || running > 0 || typing.some((field) => field.type !== "checkbox" && field.type !== "radio" && isTyped(field));
  }
  window.addEventListener("beforeunload", (event) => {
    if (hasUnsaved()) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
  document.addEventListener("qiangji:sign-out", (event) => {
    if (hasUnsaved() && !window.confirm("还有没保存的修改，退出会丢掉它们。确定退出吗？")) {
      event.preventDefault();
    }
  });

  window.qiangji.workshop = {
    send: send,
    act: act,
    isTyped: isTyped,
    onSwap: (call) => listeners.push(call),
    whenIdle: () => chain,
  };
})();
