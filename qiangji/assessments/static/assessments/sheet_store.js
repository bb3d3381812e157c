/* What was typed and is not yet stored on the server. It lives in localStorage under the person and the sheet, so that a
   lost connection, a closed browser or an expired sign-in costs nothing; signing out clears it.

   An entry: {kind: "mark"|"text", code, value, version, tried?, clash?}. The newest value of a field replaces the older one; the
   version stays the one the server last told us, since that is what the value was typed over. */
(function () {
  "use strict";

  function openStore(userId, sheetId) {
    const key = "qiangji:" + userId + ":sheet:" + sheetId;
    let memory = {};
    let durable = true;

    function read() {
      if (!durable) {
        return memory;
      }
      try {
        return JSON.parse(localStorage.getItem(key) || "{}");
      } catch (error) {
        durable = false;
        return memory;
      }
    }

    function write(entries) {
      memory = entries;
      if (!durable) {
        return;
      }
      try {
        if (Object.keys(entries).length) {
          localStorage.setItem(key, JSON.stringify(entries));
        } else {
          localStorage.removeItem(key);
        }
      } catch (error) {
        durable = false;
      }
    }

    return {
      key: key,
      all: read,
      get: (field) => read()[field],
      isDurable: () => durable,
      count: () => Object.keys(read()).length,
      put(field, entry) {
        const entries = read();
        entries[field] = entry;
        write(entries);
      },
      drop(field) {
        const entries = read();
        delete entries[field];
        write(entries);
      },
    };
  }

  window.qiangjiSheet = { openStore: openStore };
})();
