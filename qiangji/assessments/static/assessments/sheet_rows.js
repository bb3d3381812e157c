/* One criterion's row: reading what is typed, showing what was saved, refused, or saved by somebody else first. */
(function () {
  "use strict";

  function hundredths(text) {
    return text === "" ? null : Math.round(Number(text) * 100);
  }

  function plain(text) {
    const value = text.trim().replace(/[。．]/g, ".").replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
    if (!/^\d{0,5}(\.\d{0,2})?$/.test(value) || value === "." || value === "") {
      return value === "" ? "" : null;
    }
    return String(Number(value));
  }

  function grow(area) {
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 2, 420) + "px";
  }

  function Row(element, stage) {
    this.element = element;
    this.code = element.dataset.code;
    this.stage = stage;
    this.max = Number(element.dataset.max || 0);
    this.allowed = element.dataset.allowed ? element.dataset.allowed.split(",") : null;
    this.mark = element.querySelector("input.mark");
    this.remark = element.querySelector("input.remark");
    this.text = element.querySelector("textarea.text");
    this.cell = element.querySelector(".mine");
    this.error = element.querySelector(".crit-error");
    this.note = element.querySelector("[data-row-state]");
  }

  Row.prototype.points = function () {
    return this.cell ? this.cell.dataset.points : "";
  };

  /* What is wrong with the typed mark, or "". */
  Row.prototype.fault = function () {
    const value = plain(this.mark.value);
    if (value === null) {
      return "请填数字，例如 0.5。";
    }
    if (value === "") {
      return "";
    }
    if (this.allowed && !this.allowed.some((one) => hundredths(one) === hundredths(value))) {
      return "可填：" + this.allowed.join("、") + "。";
    }
    return Number(value) > this.max ? "最高 " + this.max + " 分。" : "";
  };

  Row.prototype.showError = function (message) {
    this.error.textContent = message;
    this.error.hidden = !message;
    if (this.mark) {
      this.mark.classList.toggle("is-invalid", Boolean(message));
      this.mark.setAttribute("aria-invalid", message ? "true" : "false");
    }
  };

  Row.prototype.showPoints = function (points) {
    if (!this.cell) {
      return;
    }
    this.cell.dataset.points = points;
    this.cell.querySelectorAll(".key").forEach((key) => {
      key.setAttribute("aria-pressed", String(points !== "" && key.dataset.key === points));
    });
    const earlier = this.element.querySelector(".crit-marks .cell:nth-last-child(2)");
    if (this.stage !== "self" && earlier) {
      const differs = points !== "" && earlier.dataset.points !== "" && points !== earlier.dataset.points;
      this.cell.classList.toggle("changed", differs);
      this.element.classList.toggle("differs", differs || Boolean(this.element.querySelector(".cell.changed")));
      const remark = this.remark ? this.remark.value.trim() : "";
      this.element.classList.toggle("has-remark", differs || Boolean(remark));
      this.element.classList.toggle("wants-remark", differs && !remark);
    }
  };

  Row.prototype.value = function (kind) {
    if (kind === "text") {
      return { text: this.text.value };
    }
    return { stage: this.stage, points: plain(this.mark.value), remark: this.remark ? this.remark.value : "" };
  };

  Row.prototype.setValue = function (kind, value) {
    if (kind === "text") {
      this.text.value = value.text;
      grow(this.text);
      return;
    }
    this.mark.value = value.points === null ? "" : value.points;
    if (this.remark) {
      this.remark.value = value.remark || "";
    }
    this.showPoints(this.mark.value);
  };

  Row.prototype.version = function (kind) {
    return Number((kind === "text" ? this.text : this.mark).dataset.version);
  };

  Row.prototype.setVersion = function (kind, version) {
    const carried = kind === "text" && this.text.dataset.version !== String(version) && this.element.querySelector("[data-carried]");
    if (carried) {
      carried.hidden = true;
    }
    (kind === "text" ? this.text : this.mark).dataset.version = version;
  };

  Row.prototype.say = function (text, kind) {
    this.note.textContent = text;
    this.note.className = "row-state" + (kind ? " is-" + kind : "");
  };

  /* Both values of a clash, and a button for each. */
  Row.prototype.showClash = function (kind, entry, choose) {
    const old = this.element.querySelector(".clash[data-kind='" + kind + "']");
    if (old) {
      old.remove();
    }
    if (!entry) {
      return;
    }
    const box = document.createElement("div");
    box.className = "clash";
    box.dataset.kind = kind;
    box.setAttribute("role", "alert");
    const at = entry.clash.at ? new Date(entry.clash.at).toLocaleTimeString("zh-CN", { hour12: false }) : "";
    const head = document.createElement("p");
    head.textContent = entry.clash.by + " " + at + " 已先保存了这一处，请选择保留哪一个：";
    box.append(head, this.clashSide("您的", kind, entry.value, "用我的", () => choose("mine")));
    box.append(this.clashSide(entry.clash.by + "的", kind, entry.clash.theirs, "用对方的", () => choose("theirs")));
    this.element.querySelector(".crit-more").before(box);
  };

  Row.prototype.clashSide = function (whose, kind, value, label, onClick) {
    const side = document.createElement("div");
    side.className = "clash-side";
    const name = document.createElement("small");
    name.textContent = whose;
    const shown = document.createElement("p");
    if (kind === "text") {
      shown.textContent = value.text || "（空）";
    } else {
      const points = value.points === null || value.points === "" ? "（空）" : value.points + " 分";
      shown.textContent = points + (value.remark ? "，" + value.remark : "");
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = label;
    button.addEventListener("click", onClick);
    side.append(name, shown, button);
    return side;
  };

  Object.assign(window.qiangjiSheet, { Row: Row, hundredths: hundredths, plainPoints: plain, grow: grow });
})();
