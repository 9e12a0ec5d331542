// What the demo prints, and how it fails.

export const say = (line: string): void => console.log(line);

let steps = 0;

/** One step with a sentence before it and its time after it; a failure ends the demo with exit code 1. */
export async function step(sentence: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  say(`\n${++steps}. ${sentence}.`);
  try {
    await work();
  } catch (error) {
    console.error(`\nStep ${steps} is not as it should be: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  say(`   (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

export function expectThat(is: boolean, otherwise: string): void {
  if (!is) throw new Error(otherwise);
}

/** The lines of a command's output that say what was done: neither progress nor repetition. */
export function shown(output: string): string[] {
  return output
    .split("\n")
    .filter((line) =>
      /\b(created|updated|deleted|replaced|delete)\b.*\)?\s*$|^ +(warning|error): |^ +[+~-] \d|unchanged$/.test(line),
    )
    .filter((line) => !/^The resources|pulumi:pulumi:Stack/.test(line))
    .map((line) => line.replace("pulumi-nodejs:dynamic/harper:", "").trimEnd());
}
