/* Notes and counts of an inspection, typed where the line may be dead: each is kept on this device until the server has it.

   A note gets its id here, so one that was sent twice is stored once. Counts are kept per group, the newest replaces. */
(function () {
  "use strict";

  const root = document.getElementById("inspection");
  if (!root) {
    return;
  }
  const store = window.qiangjiSheet.openStore(window.qiangji.userId, "inspection-" + root.dataset.inspection);
  const state = document.getElementById("note-state");
  const waiting = document.getElementById("note-waiting");
  const form = document.getElementById("note-form");
  const LONGEST_WAIT = 15000;
  let failures = 0;
  let timer = null;
  let busy = false;

  function newId() {
    if (window.crypto.randomUUID) {
      return window.crypto.randomUUID();
    }
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  function say(words) {
    state.textContent = words;
  }

  function show() {
    waiting.replaceChildren(
      ...Object.values(store.all())
        .filter((entry) => entry.kind === "note")
        .map((entry) => {
          const line = document.createElement("li");
          line.textContent = entry.body.text + (entry.refused ? "（未上传：" + entry.refused + "）" : "（待上传）");
          return line;
        }),
    );
  }

  function plan(delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, delay);
  }

  function later(words) {
    failures += 1;
    say(words + "，已暂存 " + store.count() + " 项");
    plan(Math.min(LONGEST_WAIT, 1000 * Math.pow(2, Math.min(failures, 5) - 1)));
  }

  async function post(entry) {
    return fetch(entry.kind === "note" ? root.dataset.notes : root.dataset.interviews, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": window.qiangji.csrfToken() },
      body: JSON.stringify(entry.body),
    });
  }

  async function refuse(field, entry, answer) {
    const told = await answer.json().catch(() => ({}));
    store.put(field, Object.assign({}, entry, { refused: told.error || "没有被接受" }));
    say(told.error || "有内容没有被接受，请核对");
    show();
  }

  async function send() {
    const next = Object.entries(store.all()).find((pair) => !pair[1].refused);
    if (busy || !next) {
      return;
    }
    const [field, entry] = next;
    busy = true;
    say("正在上传…");
    try {
      const answer = await post(entry);
      if (answer.status === 401) {
        say("登录已失效，内容暂存在本机，请重新登录");
        window.location.assign(root.dataset.signIn);
        return;
      }
      if (answer.status >= 500) {
        later("服务器暂时不可用");
        return;
      }
      if (!answer.ok) {
        await refuse(field, entry, answer);
      } else {
        settle(field, entry);
      }
      plan(0);
    } catch (error) {
      later("离线");
    } finally {
      busy = false;
    }
  }

  function settle(field, sent) {
    failures = 0;
    const now = store.get(field);
    if (now && JSON.stringify(now.body) === JSON.stringify(sent.body)) {
      store.drop(field);
    }
    const left = store.count();
    say(left ? "还有 " + left + " 项待上传" : "已上传 " + new Date().toLocaleTimeString("zh-CN", { hour12: false }));
    if (sent.kind === "note") {
      addToList(sent.body);
    }
    show();
  }

  function addToList(body) {
    const list = document.getElementById("note-list");
    const line = document.createElement(list.tagName === "UL" ? "li" : "p");
    line.className = "mb-3";
    line.textContent = form.querySelector("label[for='kind-" + body.kind + "']").textContent + "：" + body.text;
    if (list.tagName === "UL") {
      list.append(line);
    } else {
      list.before(line);
      list.hidden = true;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const body = { id: newId(), kind: data.get("kind"), method: data.get("method"), code: data.get("code"), text: data.get("text").trim() };
    if (!body.text) {
      say("请填写内容");
      return;
    }
    store.put("note-" + body.id, { kind: "note", body: body });
    form.querySelector("textarea").value = "";
    show();
    plan(0);
  });

  document.querySelectorAll("table[data-group]").forEach((table) => {
    table.addEventListener("change", () => {
      const counts = {};
      const bad = [];
      table.querySelectorAll("tr[data-question]").forEach((row) => {
        const fields = Array.from(row.querySelectorAll("input"));
        fields.forEach((field) => {
          const isBad = !/^[0-9]{1,4}$/.test(field.value.trim());
          field.classList.toggle("is-invalid", isBad);
          if (isBad) {
            bad.push(field);
          }
        });
        counts[row.dataset.question] = fields.map((field) => Number(field.value));
      });
      if (bad.length) {
        say("人数请填整数，没有的填 0");
        return;
      }
      store.put("count-" + table.dataset.group, { kind: "count", body: { group: table.dataset.group, counts: counts } });
      plan(350);
    });
  });

  document.addEventListener("qiangji:sign-out", (event) => {
    if (store.count() && !window.confirm("还有 " + store.count() + " 项没有上传，退出会清除它们。确定退出吗？")) {
      event.preventDefault();
    }
  });
  window.addEventListener("online", () => plan(0));
  window.addEventListener("beforeunload", (event) => {
    if (store.count()) {
      event.preventDefault();
    }
  });
  show();
  plan(0);
})();
