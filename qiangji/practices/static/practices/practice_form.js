/* The form of a practice: what is typed is kept in this browser until the server has stored it, so that a lost
   connection, a closed page or an expired sign-in costs nothing; signing out clears it (frame.js). */
(function () {
  "use strict";

  const form = document.getElementById("practice-form");
  if (!form) {
    return;
  }
  const key = "qiangji:" + window.qiangji.userId + ":practice:" + form.dataset.keep;
  const words = document.getElementById("save-words");
  const line = document.getElementById("kept-line");
  const calm = words.textContent;
  const FIELDS = ["title", "situation", "action", "outcome", "contact_post"];
  const MOST_DAYS = 14;
  let unsaved = false;

  function field(name) {
    return form.elements.namedItem(name);
  }

  function keep() {
    const values = {};
    FIELDS.concat(["edition", "code"]).forEach((name) => {
      values[name] = field(name).value;
    });
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: values }));
      return true;
    } catch (error) {
      return false;
    }
  }

  function forget() {
    unsaved = false;
    localStorage.removeItem(key);
  }

  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(key) || "null");
      return found && Date.now() - found.at < MOST_DAYS * 86400000 ? found : null;
    } catch (error) {
      return null;
    }
  }

  /* The criteria of the kept edition are asked for first, so that the kept criterion can be chosen among them. */
  async function restore(found) {
    FIELDS.forEach((name) => {
      field(name).value = found.values[name] || "";
    });
    const edition = field("edition");
    if (found.values.edition && edition.value !== found.values.edition) {
      edition.value = found.values.edition;
      const address = form.dataset.criteria + "?edition=" + encodeURIComponent(edition.value);
      await window.htmx.ajax("GET", address, { target: "#id_criterion", swap: "innerHTML" });
    }
    field("code").value = found.values.code || "";
    unsaved = true;
    document.getElementById("kept-words").textContent = "已恢复上次填写、还没有保存的内容。";
    line.hidden = false;
  }

  document.getElementById("kept-drop").addEventListener("click", () => {
    forget();
    window.location.reload();
  });

  function offline() {
    const held = keep();
    words.textContent = held
      ? "离线，已暂存在本机，恢复网络后再点保存。"
      : "离线，浏览器不能暂存，请不要关闭本页。";
  }

  form.addEventListener("input", () => {
    unsaved = true;
    keep();
    if (!navigator.onLine) {
      offline();
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) {
      forget();
    }
  });
  form.addEventListener("htmx:sendError", offline);
  form.addEventListener("htmx:timeout", offline);
  window.addEventListener("offline", offline);
  window.addEventListener("online", () => {
    words.textContent = unsaved ? "网络已恢复，可以保存了。" : calm;
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  const found = kept();
  if (found) {
    restore(found);
  }
})();
