/* Carries the store's entries to the server, a batch at a time, and asks what others saved.

   One request is under way at most, so the server's versions come back in order. Whatever goes wrong (no network, server
   restarting, sign-in expired) leaves the entries where they are; the next try follows by itself.

   When the server falls over after it stored a value and before it said so, the next try meets a newer version than it
   knows. An entry therefore remembers what was sent and not answered (`tried`): a clash with one's own lost answer is
   none. */
(function () {
  "use strict";

  const BATCH = 40;
  const PAUSE = 350;
  const ASK_EVERY = 5000;
  const LONGEST_WAIT = 15000;
  const TRIES_KEPT = 10;

  const plainValue = (value) => JSON.stringify([value.text, value.points || "", value.remark || ""]);

  function startSync(options) {
    const store = options.store;
    let inFlight = false;
    let timer = null;
    let failures = 0;
    let trouble = "offline";
    let stopped = false;
    let since = options.now;

    const waiting = () => Object.entries(store.all()).filter((pair) => !pair[1].clash);

    function plan(delay) {
      window.clearTimeout(timer);
      timer = window.setTimeout(send, delay);
    }

    function report(kind, detail) {
      options.onState(kind, detail || "", waiting().length);
    }

    function body(batch) {
      return JSON.stringify({
        user: window.qiangji.userId,
        edits: batch.map((pair) => Object.assign({ code: pair[1].code, version: pair[1].version }, pair[1].value)),
      });
    }

    async function post(batch) {
      return fetch(options.saveUrl, {
        method: "POST",
        credentials: "same-origin",
        keepalive: document.hidden,
        headers: { "Content-Type": "application/json", "X-CSRFToken": window.qiangji.csrfToken() },
        body: body(batch),
      });
    }

    function failed(kind, detail) {
      failures += 1;
      trouble = kind;
      report(kind, detail);
      plan(Math.min(LONGEST_WAIT, 1000 * Math.pow(2, Math.min(failures, 5) - 1)));
    }

    function stop(kind, detail) {
      stopped = true;
      report(kind, detail);
    }

    function remember(batch) {
      batch.forEach((pair) => {
        const entry = pair[1];
        const tried = (entry.tried || []).filter((value) => value !== plainValue(entry.value));
        store.put(pair[0], Object.assign({}, entry, { tried: tried.concat(plainValue(entry.value)).slice(-TRIES_KEPT) }));
      });
    }

    const isOwnEcho = (entry, result) => (entry.tried || []).includes(plainValue(result.theirs));

    function settle(field, sent, result) {
      const current = store.get(field);
      const same = current && JSON.stringify(current.value) === JSON.stringify(sent.value);
      if (result.status === "saved") {
        if (same) {
          store.drop(field);
        } else if (current) {
          store.put(field, Object.assign({}, current, { version: result.version, tried: [] }));
        }
        options.onSaved(field, result, sent);
      } else if (result.status === "clash" && current && isOwnEcho(current, result)) {
        store.put(field, Object.assign({}, current, { version: result.version }));
      } else if (result.status === "clash") {
        const entry = Object.assign({}, current || sent, { clash: result });
        store.put(field, entry);
        options.onClash(field, entry);
      } else {
        if (same) {
          store.drop(field);
        }
        options.onRefused(field, result.error);
      }
    }

    async function send() {
      if (inFlight || stopped) {
        return;
      }
      const batch = waiting().slice(0, BATCH);
      if (!batch.length) {
        if (failures) {
          ask();
        } else if (store.count()) {
          settled();
        } else {
          report("idle");
        }
        return;
      }
      inFlight = true;
      if (!failures) {
        report("saving");
      }
      remember(batch);
      let response = null;
      let answer = null;
      try {
        response = await post(batch);
        answer = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : null;
      } catch (error) {
        response = null;
      }
      inFlight = false;
      handle(batch, response, answer);
    }

    function handle(batch, response, answer) {
      if (response && response.ok && answer) {
        failures = 0;
        batch.forEach((pair, index) => settle(pair[0], pair[1], answer.results[index]));
        if (waiting().length) {
          plan(0);
        } else {
          settled();
        }
      } else if (response && (response.status === 401 || (response.status === 403 && !answer))) {
        failed("signed-out", answer && answer.error);
      } else if (response && answer && (response.status === 403 || response.status === 404 || response.status === 409)) {
        stop("locked", answer.error);
      } else if (response && answer && response.status === 400) {
        stop("locked", answer.error);
      } else {
        failed("offline");
      }
    }

    function settled() {
      const clashes = store.count();
      options.onState(clashes ? "clash" : "saved", "", clashes);
    }

    async function ask() {
      if (document.hidden || inFlight || stopped) {
        return;
      }
      try {
        const response = await fetch(options.changesUrl + "?since=" + encodeURIComponent(since), {
          credentials: "same-origin",
        });
        if (response.status === 401) {
          failed("signed-out");
          return;
        }
        if (!response.ok) {
          return;
        }
        const news = await response.json();
        since = news.now;
        options.onNews(news);
        if (failures && waiting().length) {
          plan(0);
        } else if (failures) {
          failures = 0;
          settled();
        }
      } catch (error) {
        if (!failures || !waiting().length) {
          failed("offline");
        }
      }
    }

    window.setInterval(ask, ASK_EVERY);
    window.addEventListener("online", () => plan(0));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        send();
      } else {
        plan(0);
        ask();
      }
    });

    return {
      changed() {
        if (stopped) {
          report("locked");
          return;
        }
        if (!inFlight) {
          report(failures ? trouble : "saving");
        }
        plan(failures ? 1000 : PAUSE);
      },
      now() {
        plan(0);
      },
      chosen() {
        if (!inFlight && !waiting().length) {
          settled();
        }
      },
      isIdle: () => !inFlight && !waiting().length,
      start() {
        plan(0);
      },
    };
  }

  window.qiangjiSheet.startSync = startSync;
})();
