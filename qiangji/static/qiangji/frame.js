/* What every page does: sends the CSRF token with htmx, tells in Chinese when a request failed, remembers whether the
   rail is folded, guards typed text, and forgets what this browser kept for a person who signs out.

   Other scripts use window.qiangji: userId, csrfToken(), toast(message, kind), busy(promise).
   Anything a page keeps for a person in localStorage has a key that begins with "qiangji:<userId>:". A page that holds
   unsent input listens to "qiangji:sign-out" on document and calls preventDefault() to hold the signing out. */
(function () {
  "use strict";

  const root = document.documentElement;
  const body = document.body;
  const userId = body.dataset.user || "";
  const signInPath = body.dataset.signIn || "";

  function csrfToken() {
    const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : "";
  }

  /* ---- messages that come while the page stands ---- */
  function toast(message, kind) {
    const tray = document.getElementById("toasts");
    const line = document.createElement("div");
    line.className = kind === "note" ? "toast-line is-note" : "toast-line";
    const text = document.createElement("p");
    text.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", "关闭提示");
    close.addEventListener("click", () => line.remove());
    line.append(text, close);
    tray.append(line);
    if (kind === "note") {
      window.setTimeout(() => line.remove(), 6000);
    }
    while (tray.children.length > 3) {
      tray.firstElementChild.remove();
    }
  }

  const REASONS = {
    400: "提交的内容不完整或格式不对，请检查后重试。",
    403: "您没有权限做这一步，或页面已过期。请刷新页面；仍不行请联系系统管理员。",
    404: "要找的内容不存在，或不在您的查看范围内。请刷新页面。",
    409: "别人刚刚改过这一处，请刷新后核对再提交。",
    413: "内容太大，超过了允许的上限。",
    429: "操作太频繁，请稍等一会儿再试。",
    503: "系统正在维护，请稍后再试。",
  };

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr.responseURL;
    if (signInPath && address && new URL(address).pathname === signInPath && location.pathname !== signInPath) {
      event.detail.shouldSwap = false;
      toast("登录已过期。请在新窗口重新登录，再回到这里继续，已填写的内容不会丢失。");
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    toast(REASONS[status] || "系统出错（" + status + "），这一步没有完成。请稍后重试；仍不行请联系系统管理员。");
  });
  document.addEventListener("htmx:sendError", () => toast("网络不通，这一步没有完成。请检查网络后重试。"));
  document.addEventListener("htmx:timeout", () => toast("等待超时，这一步没有完成。请稍后重试。"));

  /* ---- something is under way ---- */
  let running = 0;
  function step(change) {
    running = Math.max(0, running + change);
    root.classList.toggle("is-busy", running > 0);
  }
  function busy(promise) {
    step(1);
    return promise.finally(() => step(-1));
  }
  document.addEventListener("htmx:beforeRequest", () => step(1));
  document.addEventListener("htmx:afterRequest", () => step(-1));

  /* ---- the rail: a cookie, so that the server draws it folded and nothing jumps ---- */
  const fold = document.getElementById("rail-fold");
  if (fold) {
    fold.addEventListener("click", () => {
      const narrow = root.classList.toggle("rail-narrow");
      fold.setAttribute("aria-expanded", String(!narrow));
      document.cookie = "qiangji_rail=" + (narrow ? "narrow" : "wide") + ";path=/;max-age=31536000;samesite=lax";
    });
  }

  /* ---- on a phone the bar holds four entries; the rest opens above it, and closes by itself ---- */
  const more = document.getElementById("rail-more");
  if (more) {
    const bar = document.getElementById("rail-list");
    const open = (wanted) => {
      bar.classList.toggle("is-open", wanted);
      more.setAttribute("aria-expanded", String(wanted));
    };
    more.addEventListener("click", () => open(!bar.classList.contains("is-open")));
    document.addEventListener("click", (event) => {
      if (!bar.contains(event.target)) {
        open(false);
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && bar.classList.contains("is-open")) {
        open(false);
        more.focus();
      }
    });
  }

  /* ---- signing out forgets what was kept here for this person ---- */
  function forget(id) {
    const prefix = "qiangji:" + id + ":";
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .forEach((key) => localStorage.removeItem(key));
  }
  /* A sheet, a record or a practice that could not be saved keeps what was typed here; on its own page it asks itself, elsewhere the frame does. */
  document.addEventListener("qiangji:sign-out", (event) => {
    const unsent = ["sheet", "record", "practice"].map((kind) => "qiangji:" + userId + ":" + kind + ":");
    const kept = Object.keys(localStorage).filter((key) => unsent.some((start) => key.startsWith(start)));
    const here = document.querySelector("[data-keeps-unsaved]");
    if (kept.length && !here && !window.confirm("本机还有没保存到服务器的填写内容，退出会清除它们。确定退出吗？")) {
      event.preventDefault();
    }
  });
  document.querySelectorAll("form[data-sign-out]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (!document.dispatchEvent(new CustomEvent("qiangji:sign-out", { cancelable: true }))) {
        event.preventDefault();
        return;
      }
      forget(userId);
    });
  });

  /* ---- forms marked data-guard: Ctrl+S saves, and leaving warns only while something is unsaved ---- */
  const guarded = Array.from(document.querySelectorAll("form[data-guard]"));
  let unsaved = false;
  guarded.forEach((form) => {
    form.addEventListener("input", () => {
      unsaved = true;
    });
    form.addEventListener("submit", () => {
      unsaved = false;
      step(1);
    });
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && guarded.length) {
      event.preventDefault();
      (event.target.closest("form[data-guard]") || guarded[0]).requestSubmit();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
  window.addEventListener("pageshow", () => {
    running = 0;
    root.classList.remove("is-busy");
  });

  window.qiangji = { userId: userId, csrfToken: csrfToken, toast: toast, busy: busy };
})();
