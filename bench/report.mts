import type { Result } from "./measure.mts";
import type { Startup } from "./startup.mts";

/** Ratios first, as they hold on other machines, too. */
export function printStartup(startup: Startup): void {
  const { "empty grpc-js server": empty, ...others } = startup;
  console.log(`\nUntil the port is said: empty grpc-js server ${empty} ms`);
  for (const [name, time] of Object.entries(others))
    console.log(`  ${name.padEnd(30)} ${(time / empty).toFixed(2)} times as long, ${time} ms`);
}

/** A table for people; results.json has the rest. */
export function print(results: Result[]): void {
  for (const { name, frontEnd, steps, state } of results) {
    console.log(`\n${name}, ${frontEnd}: ${state.resources} resources, ${state.bytesPerResource} bytes of state each`);
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
