/* What was typed and not taken goes back into its form: after a refusal that a message tells, an expired sign-in, an
   expired page or a failure of ours. It is kept in this tab only (sessionStorage), under the person, until the server
   has answered; never a password, a file or a hidden field.

   A field is filled only where the server still shows what was there while somebody typed; where it shows something
   else by now, the typed words are told below it, so that nobody's change is written over unseen. Forms that keep their
   own text (data-keep) and those that are sent without leaving the page are left alone. */
(function () {
  "use strict";

  const userId = window.qiangji.userId;
  const KEY = "qiangji:" + userId + ":typed";
  const ANY = /^qiangji:.*:typed$/;
  const MOST_CHARACTERS = 200000;
  const UNTYPED = ["password", "file", "hidden", "submit", "button", "reset", "image"];

  function read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key) || "null");
    } catch (error) {
      return null;
    }
  }

  function write(key, value) {
    const text = JSON.stringify(value);
    try {
      if (text.length <= MOST_CHARACTERS) {
        sessionStorage.setItem(key, text);
      }
    } catch (error) {
      /* A browser without room or without storage: the page works as ever. */
    }
  }

  function storedKeys() {
    try {
      return Object.keys(sessionStorage).filter((key) => ANY.test(key));
    } catch (error) {
      return [];
    }
  }

  /* ---- fields ---- */
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const isChosen = (field) => field.tagName === "SELECT";

  function typedFields(form) {
    const typed = Array.from(form.elements).filter(
      (field) => field.name && !UNTYPED.includes(field.type) && field.tagName !== "FIELDSET" && !field.readOnly,
    );
    const seen = {};
    return typed.map((field) => {
      const name = isTicked(field) ? field.name + "=" + field.value : field.name;
      seen[name] = (seen[name] || 0) + 1;
      return { field: field, name: name + "#" + seen[name] };
    });
  }

  const chosen = (options, is) => JSON.stringify(options.filter(is).map((option) => option.value));

  function valueOf(field) {
    if (isTicked(field)) {
      return field.checked;
    }
    return isChosen(field) ? chosen(Array.from(field.options), (option) => option.selected) : field.value;
  }

  /* What the server drew: a list without a chosen entry shows its first. */
  function drawnIn(field) {
    if (isTicked(field)) {
      return field.defaultChecked;
    }
    if (!isChosen(field)) {
      return field.defaultValue;
    }
    const options = Array.from(field.options);
    const drawn = chosen(options, (option) => option.defaultSelected);
    return drawn === "[]" && !field.multiple && options.length ? JSON.stringify([options[0].value]) : drawn;
  }

  function fill(field, value) {
    if (isTicked(field)) {
      field.checked = value;
    } else if (isChosen(field)) {
      const wanted = JSON.parse(value);
      Array.from(field.options).forEach((option) => {
        option.selected = wanted.includes(option.value);
      });
    } else {
      field.value = value;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* ---- which form it was: its address and its hidden fields, but for what changes with every drawing ---- */
  function addressOf(form) {
    return new URL(form.getAttribute("action") || location.href, location.href).pathname;
  }

  function marksOf(form) {
    const hidden = Array.from(form.elements).filter((field) => field.type === "hidden" && field.name);
    return hidden
      .filter((field) => field.name !== "csrfmiddlewaretoken" && !/^(seen|version)/.test(field.name))
      .map((field) => field.name + "=" + field.value)
      .join("&");
  }

  /* ---- keeping ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!userId || event.defaultPrevented || form.method !== "post") {
      return;
    }
    if (form.dataset.keep || form.matches("[data-sign-out]")) {
      return;
    }
    const fields = typedFields(form).map((one) => [one.name, valueOf(one.field), drawnIn(one.field)]);
    if (fields.some((one) => one[1] !== one[2])) {
      write(KEY, { address: addressOf(form), marks: marksOf(form), fields: fields, failed: false });
    }
  });
  document.addEventListener("qiangji:sign-out", () => {
    storedKeys().forEach((key) => sessionStorage.removeItem(key));
  });

  /* ---- giving back ---- */
  function tellBelow(field, value) {
    const words = document.createElement("p");
    words.className = "form-text typed-words";
    words.textContent = "这一项已有别的内容。您刚才填的：" + value;
    field.insertAdjacentElement("afterend", words);
  }

  function giveBack(form, kept) {
    const before = new Map(kept.fields.map((one) => [one[0], one]));
    let given = 0;
    typedFields(form).forEach((one) => {
      const [, typed, drawn] = before.get(one.name) || [];
      if (typed === undefined || typed === valueOf(one.field) || typed === drawn) {
        return;
      }
      if (valueOf(one.field) === drawn || valueOf(one.field) === "") {
        fill(one.field, typed);
        given += 1;
      } else if (!isTicked(one.field) && !isChosen(one.field) && typed) {
        tellBelow(one.field, typed);
        given += 1;
      }
    });
    if (given) {
      tell(form);
    }
  }

  function tell(form) {
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    const line = document.createElement("p");
    line.className = "alert alert-warning typed-note";
    line.setAttribute("role", "status");
    line.textContent = "没有存下的内容已填回这里，请核对后再提交。";
    form.prepend(line);
    form.scrollIntoView({ block: "nearest" });
  }

  /* Whoever was sent on to another address without a word of refusal has been understood. */
  function isRefusal() {
    if (document.querySelector("#messages .alert-danger")) {
      return true;
    }
    const arrival = performance.getEntriesByType("navigation")[0];
    if (document.querySelector("#messages .alert-success") || (arrival && arrival.redirectCount)) {
      return false;
    }
    return Boolean(document.querySelector(".alert-danger, .is-invalid, .invalid-feedback"));
  }

  function main() {
    if (!userId || document.querySelector("[data-refused]")) {
      storedKeys().forEach((key) => write(key, Object.assign(read(key), { failed: true })));
      return;
    }
    storedKeys()
      .filter((key) => key !== KEY)
      .forEach((key) => sessionStorage.removeItem(key));
    const kept = read(KEY);
    if (!kept) {
      return;
    }
    const matching = Array.from(document.forms).filter(
      (form) => form.method === "post" && addressOf(form) === kept.address && marksOf(form) === kept.marks,
    );
    if (matching.length && (kept.failed || isRefusal())) {
      giveBack(matching[0], kept);
    }
    if (matching.length || !kept.failed) {
      sessionStorage.removeItem(KEY);
    }
  }

  main();
})();
