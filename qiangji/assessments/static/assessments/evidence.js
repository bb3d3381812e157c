/* Evidence under a criterion: several files at once, each with its progress and its own error; drop and paste.

   Works by delegation, since panels come and go inside the sheet. Without this script the same forms are ordinary
   ones. After every change the list in the panel is replaced by what the server drew, and the count on the criterion
   follows. */
(function () {
  "use strict";

  const SECTION = "[data-evidence-section]";
  const SIGN_IN_AGAIN = "登录已失效，没有上传。请在新窗口重新登录，再点“重试”。";
  const NO_NETWORK = "网络中断，没有传完。请检查网络后点“重试”。";
  const REASONS = {
    403: "您没有权限，或页面已过期。请刷新页面后再试。",
    404: "这一条已不在您的查看范围内。请刷新页面。",
    413: "文件超过服务器允许的大小。请压缩后再传。",
  };
  let running = 0;
  let turn = Promise.resolve();

  /* ---- talking to the server ---- */
  function send(address, data, onProgress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("X-CSRFToken", window.qiangji ? window.qiangji.csrfToken() : "");
      if (onProgress) {
        request.upload.addEventListener("progress", (event) => {
          if (event.lengthComputable) {
            onProgress(event.loaded, event.total);
          }
        });
      }
      request.addEventListener("load", () => resolve({ status: request.status, text: request.responseText }));
      ["error", "abort", "timeout"].forEach((name) => request.addEventListener(name, () => resolve({ status: 0 })));
      request.send(data);
    });
  }

  function sectionIn(answer) {
    if (answer.status !== 200) {
      return null;
    }
    return new DOMParser().parseFromString(answer.text, "text/html").querySelector(SECTION);
  }

  function whatWentWrong(answer) {
    if (answer.status === 0) {
      return NO_NETWORK;
    }
    if (answer.status === 200) {
      return SIGN_IN_AGAIN;
    }
    return REASONS[answer.status] || "系统出错（" + answer.status + "），没有完成。请稍后重试；仍不行请联系系统管理员。";
  }

  /* ---- showing the answer ---- */
  function refresh(section, fresh) {
    section.querySelector("[data-evidence-current]").replaceWith(fresh.querySelector("[data-evidence-current]"));
    section.dataset.count = fresh.dataset.count;
    const mine = section.querySelector("[data-evidence-add]");
    const theirs = fresh.querySelector("[data-evidence-add]");
    const formStays = mine && theirs && !mine.querySelector("form") === !theirs.querySelector("form");
    if (mine && !formStays) {
      if (theirs) {
        mine.replaceWith(theirs);
      } else {
        mine.remove();
      }
      enhance(section);
    }
    const row = section.parentElement && section.parentElement.closest("[data-code]");
    const badge = row && row.querySelector("[data-evidence-count]");
    if (badge) {
      badge.textContent = fresh.dataset.count === "0" ? "" : fresh.dataset.count;
      row.dataset.evidence = fresh.dataset.count;
    }
    const offers = section.querySelector("[data-evidence-reuse]");
    if (offers) {
      offers.open = false;
      delete offers.dataset.loaded;
    }
    document.dispatchEvent(new CustomEvent("qiangji:evidence", { detail: { code: fresh.dataset.code } }));
  }

  function say(section, message) {
    section.querySelector("[data-evidence-status]").textContent = message;
  }

  /* ---- uploading: one file after the other, each in a line of its own ---- */
  function lineFor(section, file) {
    const queue = section.querySelector("[data-evidence-queue]");
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.className = "evidence-name";
    name.textContent = file.name;
    const share = document.createElement("span");
    share.className = "soft";
    share.textContent = "等待上传";
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", "“" + file.name + "”的上传进度");
    line.append(name, share, bar);
    queue.append(line);
    queue.hidden = false;
    return { element: line, share: share, bar: bar };
  }

  function tidy(section) {
    const queue = section.querySelector("[data-evidence-queue]");
    queue.hidden = !queue.children.length;
  }

  function fail(section, line, file, message, mayRetry) {
    line.bar.remove();
    line.share.textContent = "未上传";
    const reason = document.createElement("span");
    reason.className = "is-failed";
    reason.setAttribute("role", "alert");
    reason.textContent = message;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm";
    button.textContent = mayRetry ? "重试" : "知道了";
    button.addEventListener("click", () => {
      line.element.remove();
      tidy(section);
      if (mayRetry) {
        upload(section, [file]);
      } else {
        section.focus();
      }
    });
    line.element.append(reason, button);
  }

  async function uploadOne(section, form, file, line) {
    const most = Number(section.dataset.maxBytes);
    if (file.size > most) {
      fail(section, line, file, "文件超过 " + Math.floor(most / 1048576) + " MB。请压缩或拆分后再传。", false);
      return false;
    }
    const data = new FormData();
    data.append("files", file, file.name);
    line.share.textContent = "0%";
    const answer = await send(form.action, data, (sent, total) => {
      const percent = Math.floor((100 * sent) / total);
      line.bar.value = percent;
      line.share.textContent = percent < 100 ? percent + "%" : "正在检查";
    });
    const fresh = sectionIn(answer);
    if (!fresh) {
      fail(section, line, file, whatWentWrong(answer), true);
      return false;
    }
    const reason = fresh.querySelector("[data-evidence-reason]");
    const failures = fresh.querySelector(".evidence-failures");
    if (failures) {
      failures.remove();
    }
    refresh(section, fresh);
    if (reason) {
      fail(section, line, file, reason.textContent, false);
      return false;
    }
    line.element.remove();
    return true;
  }

  function upload(section, files) {
    const form = section.querySelector("[data-evidence-upload]");
    if (!form || !files.length) {
      return;
    }
    const waiting = Array.from(files, (file) => [file, lineFor(section, file)]);
    running += 1;
    // One after the other, also when files are dropped while others are on their way: an answer drawn before the
    // latest file was stored must not replace the list that shows it.
    turn = turn.then(() => uploadAll(section, form, waiting));
  }

  async function uploadAll(section, form, waiting) {
    let taken = 0;
    for (const [file, line] of waiting) {
      if (await uploadOne(section, form, file, line)) {
        taken += 1;
      }
    }
    running -= 1;
    tidy(section);
    say(section, "已上传 " + taken + " 个文件" + (taken < waiting.length ? "，" + (waiting.length - taken) + " 个没有上传" : ""));
  }

  function named(file) {
    // A pasted picture comes without a name of its own.
    if (file.name && file.name !== "image.png") {
      return file;
    }
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const day = now.getFullYear() + two(now.getMonth() + 1) + two(now.getDate());
    const time = two(now.getHours()) + two(now.getMinutes()) + two(now.getSeconds());
    return new File([file], "截图" + day + "-" + time + ".png", { type: file.type });
  }

  /* ---- events ---- */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const section = form.closest(SECTION);
    if (!section) {
      return;
    }
    if (form.matches("[data-evidence-upload]")) {
      event.preventDefault();
      const input = form.querySelector("input[type=file]");
      const files = Array.from(input.files);
      input.value = "";
      upload(section, files);
    } else if (form.matches("[data-evidence-change]")) {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      button.disabled = true;
      const answer = await send(form.action, new FormData(form));
      const fresh = sectionIn(answer);
      if (fresh) {
        refresh(section, fresh);
        say(section, fresh.querySelector("[data-evidence-failure]") ? "" : "佐证材料已更新");
        section.focus();
      } else {
        button.disabled = false;
        const message = whatWentWrong(answer).replace("没有上传", "没有完成").replace("没有传完", "没有完成").replace("重试", form.querySelector("button").textContent);
        window.qiangji.toast(message);
      }
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.matches("input[type=file]") && event.target.closest("[data-evidence-upload]");
    if (form && event.target.files.length) {
      form.requestSubmit();
    }
  });

  ["dragover", "dragleave", "drop"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const form = event.target instanceof Element && event.target.closest("[data-evidence-upload]");
      if (!form || !event.dataTransfer || !Array.from(event.dataTransfer.types).includes("Files")) {
        return;
      }
      event.preventDefault();
      form.classList.toggle("is-over", name === "dragover");
      if (name === "drop") {
        upload(form.closest(SECTION), event.dataTransfer.files);
      }
    });
  });

  document.addEventListener("paste", (event) => {
    const section = event.target instanceof Element && event.target.closest(SECTION);
    const files = event.clipboardData ? Array.from(event.clipboardData.files) : [];
    if (section && files.length && section.querySelector("[data-evidence-upload]")) {
      event.preventDefault();
      upload(section, files.map(named));
    }
  });

  // "toggle" does not bubble, so it is caught on its way down.
  document.addEventListener("toggle", async (event) => {
    const details = event.target;
    if (!(details instanceof Element) || !details.matches("[data-evidence-reuse]")) {
      return;
    }
    if (!details.open || details.dataset.loaded) {
      return;
    }
    const place = details.querySelector("[data-evidence-offers]");
    try {
      const answer = await fetch(details.dataset.evidenceReuse, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) {
        throw new Error(String(answer.status));
      }
      place.innerHTML = await answer.text();
      details.dataset.loaded = "1";
    } catch (error) {
      place.textContent = "列表没有取到。请检查网络或重新登录，再展开一次。";
    }
  }, true);

  window.addEventListener("beforeunload", (event) => {
    if (running) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  /* ---- what only makes sense with a script ---- */
  function enhance(root) {
    root.querySelectorAll("[data-evidence-hint]").forEach((hint) => {
      hint.hidden = false;
      hint.closest("form").classList.add("is-live");
    });
  }
  new MutationObserver((changes) => {
    changes.forEach((change) => change.addedNodes.forEach((node) => {
      if (node instanceof Element && (node.matches(SECTION) || node.querySelector(SECTION))) {
        enhance(node);
      }
    }));
  }).observe(document.body, { childList: true, subtree: true });
  enhance(document);
})();
