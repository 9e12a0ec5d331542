const interval = process.stderr.isTTY ? 1_000 : 15_000;

/** Elapsed seconds and what is being done, on stderr: one line rewritten on a terminal, else a line now and then. */
export function progress(title) {
  const start = Date.now();
  let doing = "";
  let shown = false;
  const show = () => {
    if (!doing) return;
    shown = true;
    const line = `${title}: ${Math.round((Date.now() - start) / 1000)} s, ${doing}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  };
  const timer = setInterval(show, interval);
  timer.unref();
  return {
    now(text) {
      doing = text;
      if (!shown) show();
    },
    end(text) {
      clearInterval(timer);
      if (text) doing = text;
      if (text) show();
      if (shown && process.stderr.isTTY) process.stderr.write("\n");
    },
  };
}
