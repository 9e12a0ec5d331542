import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, reset } from "./reset";
import { type Note, Run, type Script, type Venue } from "./run";
import { scripts } from "./scripts";
import { fakeVenue, realVenue, whyNoRealVenue } from "./venues";

// Transcripts of a real 4.7.29: PULUMI_HARPER_RECORD=1 with a real cluster writes them anew.
const fileOf = ({ name }: Script) => join(__dirname, "recorded", `${name.replaceAll(/\W+/g, "-")}.jsonl`);
const recorded = (script: Script) =>
  readFileSync(fileOf(script), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Note);
const recording = process.env.PULUMI_HARPER_RECORD === "1";

describe("the fake answers as the real server did", () => {
  test.each(scripts)("$name", async (script) => {
    const { venue, cluster } = await fakeVenue();
    try {
      const run = new Run(venue);
      await script.play(run);
      expect(run.notes).toEqual(recorded(script));
    } finally {
      await cluster.close();
    }
  });
});

describe("real instances answer as recorded", () => {
  if (whyNoRealVenue) {
    test("every script", ({ skip }) => skip(whyNoRealVenue));
    return;
  }
  let venue: Venue;
  beforeAll(async () => {
    venue = realVenue();
    await reset(venue);
  }, 120_000);
  afterAll(() => reset(venue), 120_000);

  test.each(scripts)("$name", { timeout: 120_000 }, async (script) => {
    if (script.fresh) await reset(venue);
    const run = new Run(venue);
    await script.play(run).finally(() => cleanUp(run));
    if (recording || !existsSync(fileOf(script))) {
      writeFileSync(fileOf(script), run.notes.map((note) => `${JSON.stringify(note)}\n`).join(""));
    } else expect(run.notes).toEqual(recorded(script));
  });
});
