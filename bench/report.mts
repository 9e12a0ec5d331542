import type { Result } from "./measure.mts";

/** A table for people; results.json has the rest. */
export function print(results: Result[]): void {
  for (const { name, steps, state } of results) {
    console.log(`\n${name}: ${state.resources} resources, ${state.bytesPerResource} bytes of state each`);
    for (const { command, seconds, calls, peerCalls, byOperation } of steps) {
      const most = Object.entries(byOperation.us).sort(([, one], [, other]) => other - one);
      const operations = most.map(([operation, count]) => `${count} ${operation}`).join(", ");
      const counts = `${calls}`.padStart(5);
      console.log(
        `  ${command.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s ${counts} calls (${operations}), peer ${peerCalls}`,
      );
    }
  }
}
