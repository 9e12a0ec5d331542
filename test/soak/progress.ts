import type { Soak } from "./soak";
import type { Watch } from "./watch";

const everySeconds = 30;

/** A line at a terminal that is written over, and a line now and then elsewhere. */
export class Progress {
  private shownAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly watch: Watch,
    private readonly soak: Soak,
    private readonly minutes: number,
  ) {}

  show(): void {
    const { seconds, last } = this.watch;
    const isTerminal = process.stderr.isTTY;
    if (!last || (!isTerminal && seconds - this.shownAt < everySeconds)) return;
    this.shownAt = seconds;
    const heap = this.watch.samples.findLast((sample) => sample.heap !== undefined)?.heap ?? 0;
    const { soak } = this;
    const parts = [
      `${clock(seconds)} of ${clock(this.minutes * 60)}`,
      `${soak.count} edits`,
      `rows ${soak.rows.of("arrived")}/${soak.rows.of("written")}`,
      `${last.rss.toFixed(0)} MB, ${heap.toFixed(1)} MB live`,
      `${last.files} files, ${last.sockets} sockets, ${last.connections} connections`,
      `${soak.findings.length} findings`,
    ];
    process.stderr.write(`${isTerminal ? "\r\x1b[K" : ""}${parts.join(" · ")}${isTerminal ? "" : "\n"}`);
  }
}

export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${Math.floor(seconds % 60)
    .toString()
    .padStart(2, "0")}`;
