/* Bringing a table in: drop a file, see how far it is, read why it was refused. Without this script the form sends itself.

   What is copied from Word, Excel or a page comes with its cells; they are kept beside the plain text, since rows and
   columns say more than lines. */
(function () {
  "use strict";

  const area = document.getElementById("upload");
  if (!area) {
    return;
  }
  const MOST_MARKUP = 1400000;
  const REASONS = {
    400: "粘贴的内容太长，服务器没有接收。请把表格存成 Word 或 Excel 文件再上传。",
    413: "文件太大，服务器没有接收。请删去图片后再试。",
  };

  function say(id, words) {
    document.getElementById(id).textContent = words;
  }

  function fail(words) {
    document.getElementById("w-progress").hidden = true;
    area.querySelector("button.btn-primary").disabled = false;
    window.qiangji.toast(words);
  }

  function sent(request) {
    const address = request.responseURL ? new URL(request.responseURL) : null;
    if (request.status === 200 && address && address.pathname !== location.pathname) {
      location.assign(address.href);
      return;
    }
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("upload");
    if (request.status !== 200 || !fresh) {
      fail(REASONS[request.status] || "没有录入成功，请刷新页面后再试。");
      return;
    }
    const file = area.querySelector("input[type=file]").files;
    area.replaceChildren(...fresh.childNodes);
    if (file.length) {
      area.querySelector("input[type=file]").files = file;
    }
    const problems = document.getElementById("upload-problems") || area.querySelector("[role=alert]");
    if (problems) {
      problems.tabIndex = -1;
      problems.focus();
      problems.scrollIntoView({ block: "nearest" });
    }
  }

  function upload(form) {
    const file = form.querySelector("input[type=file]").files[0];
    if (file && file.size > Number(form.dataset.max)) {
      fail("文件超过大小上限。请删去文件里的图片，或只留下量化表，再上传。");
      return;
    }
    const request = new XMLHttpRequest();
    const bar = document.getElementById("w-progress-bar");
    document.getElementById("w-progress").hidden = false;
    form.querySelector("button.btn-primary").disabled = true;
    say("w-progress-words", "正在上传");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        bar.value = Math.round((event.loaded / event.total) * 100);
        say("w-progress-words", "正在上传 " + bar.value + "%");
      }
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      say("w-progress-words", "正在读取表格");
    });
    request.addEventListener("load", () => sent(request));
    request.addEventListener("error", () => fail("网络不通，没有传完。请检查网络后再试。"));
    request.open("POST", location.pathname);
    request.setRequestHeader("X-CSRFToken", window.qiangji.csrfToken());
    request.send(new FormData(form));
  }

  area.addEventListener("submit", (event) => {
    event.preventDefault();
    upload(event.target);
  });

  /* ---- drop ---- */
  function zoneOf(event) {
    return event.target.closest && event.target.closest("#w-drop");
  }
  ["dragover", "dragenter"].forEach((name) => {
    area.addEventListener(name, (event) => {
      if (zoneOf(event)) {
        event.preventDefault();
        zoneOf(event).classList.add("is-over");
      }
    });
  });
  area.addEventListener("dragleave", (event) => {
    if (zoneOf(event)) {
      zoneOf(event).classList.remove("is-over");
    }
  });
  area.addEventListener("drop", (event) => {
    const zone = zoneOf(event);
    if (zone && event.dataTransfer.files.length) {
      event.preventDefault();
      zone.classList.remove("is-over");
      zone.querySelector("input[type=file]").files = event.dataTransfer.files;
      upload(zone.closest("form"));
    }
  });
  area.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]") && event.target.files.length) {
      upload(event.target.form);
    }
  });

  /* ---- paste ---- */
  area.addEventListener("paste", (event) => {
    if (!event.target.matches("textarea")) {
      return;
    }
    const markup = event.clipboardData ? event.clipboardData.getData("text/html") : "";
    const hasTable = /<table/i.test(markup) && markup.length < MOST_MARKUP && !event.target.value.trim();
    document.getElementById("id_markup").value = hasTable ? markup : "";
    say("paste-kind", hasTable ? "已带上表格的行和列。" : "");
    event.target.dataset.pasted = "yes";
  });
  area.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) {
      return;
    }
    if (event.target.dataset.pasted === "yes") {
      event.target.dataset.pasted = "";
      return;
    }
    document.getElementById("id_markup").value = "";
    say("paste-kind", "");
  });
})();
