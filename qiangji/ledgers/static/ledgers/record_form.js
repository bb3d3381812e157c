/* The recording form: counts who is there, finds people by name or pinyin, adds people, and keeps what is typed.

   Everything typed is kept in localStorage under the person and the form until the server has stored it, so that a lost
   connection, a closed browser or an expired sign-in costs nothing; signing out clears it (frame.js). */
(function () {
  "use strict";

  const form = document.querySelector("form[data-record-form]");
  if (!form) {
    return;
  }
  const body = document.getElementById("record-body");
  const words = document.getElementById("save-words");
  const keptLine = document.getElementById("kept-line");
  const notice = words.textContent;
  const key = "qiangji:" + window.qiangji.userId + ":record:" + form.dataset.keep;
  const MOST_DAYS = 14;
  const LEFT_OUT = ["csrfmiddlewaretoken", "version", "files", "find"];
  let unsaved = false;

  /* ---- keeping ---- */
  function entries() {
    return Array.from(new FormData(form).entries()).filter(
      (entry) => typeof entry[1] === "string" && !LEFT_OUT.includes(entry[0]),
    );
  }

  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), entries: entries() }));
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
    let found = null;
    try {
      found = JSON.parse(localStorage.getItem(key) || "null");
    } catch (error) {
      found = null;
    }
    if (found && Date.now() - found.at > MOST_DAYS * 86400000) {
      localStorage.removeItem(key);
      found = null;
    }
    return found;
  }

  function clock(moment) {
    const at = new Date(moment);
    const two = (number) => String(number).padStart(2, "0");
    return at.getMonth() + 1 + "月" + at.getDate() + "日 " + two(at.getHours()) + ":" + two(at.getMinutes());
  }

  /* The server draws the form for the kept kinds and puts the kept values in, as it does when a kind is tapped. */
  function restore(found) {
    const values = found.entries.reduce((all, entry) => {
      all[entry[0]] = all[entry[0]] ? all[entry[0]].concat(entry[1]) : [entry[1]];
      return all;
    }, {});
    values.redraw = ["1"];
    const version = form.querySelector("input[name=version]");
    if (version) {
      values.version = [version.value];
    }
    window.htmx
      .ajax("POST", form.getAttribute("hx-post"), { target: "#record-body", swap: "innerHTML", values: values })
      .then(() => {
        unsaved = true;
        document.getElementById("kept-words").textContent =
          "已恢复 " + clock(found.at) + " 填写、还没有保存的内容。";
        keptLine.hidden = false;
      });
  }

  document.getElementById("kept-drop").addEventListener("click", () => {
    forget();
    window.location.reload();
  });

  function offline() {
    const held = keep();
    words.classList.add("is-offline");
    words.textContent = held ? "离线，已暂存在本机，恢复网络后再点保存。" : "离线，浏览器不能暂存，请不要关闭本页。";
  }

  form.addEventListener("input", () => {
    unsaved = true;
    keep();
    if (!navigator.onLine) {
      offline();
    }
    tally();
  });
  window.addEventListener("offline", offline);
  window.addEventListener("online", () => {
    words.classList.remove("is-offline");
    words.textContent = unsaved ? "网络已恢复，可以保存了。" : notice;
  });
  document.addEventListener("htmx:sendError", offline);
  document.addEventListener("htmx:timeout", offline);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  /* ---- saving ---- */
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) {
      forget();
    }
  });

  /* ---- what is typed while the server draws the form anew ---- */
  /* The answer holds what was sent; whatever was typed since then is put back over it, control by control, and whoever was
     added. A second redraw replaces the first (hx-sync), so that only one is ever waited for. */
  let sent = null;
  let since = null;
  let added = [];

  function controls() {
    return Array.from(body.querySelectorAll("input[name], select[name], textarea[name]")).filter(
      (control) => control.type !== "file" && !LEFT_OUT.includes(control.name),
    );
  }

  function isTicked(control) {
    return control.type === "checkbox" || control.type === "radio";
  }

  function named(control) {
    return isTicked(control) ? control.name + "=" + control.value : control.name;
  }

  function held(control) {
    return isTicked(control) ? control.checked : control.value;
  }

  function state() {
    return new Map(controls().map((control) => [named(control), held(control)]));
  }

  function isRedrawn(event) {
    return event.detail.target && event.detail.target.id === "record-body";
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isRedrawn(event)) {
      sent = state();
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isRedrawn(event)) {
      return;
    }
    words.textContent = notice;
    since = sent && new Map(Array.from(state()).filter(([name, value]) => sent.get(name) !== value));
    added = Array.from(body.querySelectorAll("#attendance-people .person")).filter(
      (row) => sent && controls().some((one) => row.contains(one) && !sent.has(named(one))),
    );
    sent = null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!isRedrawn(event) || !since) {
      return;
    }
    const list = document.getElementById("attendance-people");
    if (list) {
      list.append(...added);
    }
    controls().forEach((control) => {
      const value = since.get(named(control));
      if (value === undefined) {
        return;
      }
      if (isTicked(control)) {
        control.checked = value;
      } else {
        control.value = value;
      }
    });
    if (since.size) {
      keep();
    }
    since = null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "attendance-found") {
      leaveOutListed();
      return;
    }
    tally();
    const summary = document.getElementById("summary") || document.getElementById("clash");
    if (summary) {
      summary.focus();
      summary.scrollIntoView({ block: "start" });
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  document.getElementById("kept-line").hidden = true;

  /* ---- who is there ---- */
  function checked(value) {
    return form.querySelectorAll('#attendance-people input[value="' + value + '"]:checked').length;
  }

  function tally() {
    const place = document.getElementById("tally");
    if (!place) {
      return;
    }
    const present = checked("present");
    const away = [
      ["leave", "请假"],
      ["absent", "缺席"],
      ["exempt", "免除"],
    ];
    const rest = away.map((one) => [one[1], checked(one[0])]).filter((one) => one[1]);
    const expected = present + checked("leave") + checked("absent");
    place.textContent =
      "应到 " + expected + "，实到 " + present + rest.map((one) => "，" + one[0] + " " + one[1]).join("");
  }

  function leaveOutListed() {
    document.querySelectorAll("#attendance-found [data-add]").forEach((button) => {
      if (form.querySelector('#attendance-people [data-person="' + button.dataset.add + '"]')) {
        button.closest("li").remove();
      }
    });
    const list = document.querySelector("#attendance-found ul");
    if (list && !list.children.length) {
      document.getElementById("attendance-found").textContent = "";
    }
  }

  body.addEventListener("input", (event) => {
    if (event.target.id !== "attendance-find") {
      return;
    }
    const typed = event.target.value.trim().toLowerCase();
    form.querySelectorAll("#attendance-people .person").forEach((row) => {
      row.hidden = Boolean(typed) && !row.dataset.find.toLowerCase().includes(typed);
    });
  });
  body.addEventListener("keydown", (event) => {
    if (event.target.id === "attendance-find" && event.key === "Enter") {
      event.preventDefault();
    }
  });
  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) {
      return;
    }
    const row = button.closest("li");
    document.getElementById("attendance-people").append(row.querySelector("template").content.cloneNode(true));
    row.remove();
    unsaved = true;
    keep();
    tally();
  });
  /* Whoever spoke was there: a star sets the person present, staying away takes the star. */
  body.addEventListener("change", (event) => {
    const row = event.target.closest("#attendance-people .person");
    if (!row) {
      return;
    }
    const star = row.querySelector(".keynote input");
    if (event.target === star && star.checked) {
      row.querySelector('input[value="present"]').checked = true;
    } else if (star && event.target.type === "radio" && event.target.value !== "present") {
      star.checked = false;
    }
    tally();
  });

  tally();
  const found = kept();
  if (found) {
    restore(found);
  }
})();
