import { type Kind, kinds } from "./kinds";
import { type Call, type Scenario, scenarios } from "./scenarios";

/** One thing that goes wrong with one call of one operation. */
export interface Fault {
  scenario: Scenario;
  call: Call;
  kind: Kind;
}

export const nameOf = ({ scenario, call, kind }: Fault): string =>
  `${scenario.name}, ${call.after ? "the read behind " : ""}${(call.after ?? call.operations)[0]} on ${call.at}: ${kind.name}`;

/** What `make faults` is asked for: all, those whose names match, or in `make test` one of each kind. */
const { FAULTS: wanted } = process.env;
const isWanted = (fault: Fault): boolean =>
  wanted === undefined ? fault.scenario.name === fault.kind.sample : new RegExp(wanted).test(nameOf(fault));

const mayMeet = (call: Call, { of }: Kind) => of === "reads and writes" || !call.isRead;

/** Rounds through all scenarios, as each begins where the one before ended: in one round a call of each. */
function everything(): Fault[] {
  const rounds = Math.max(...scenarios.map(({ calls }) => calls.length));
  return kinds.flatMap((kind) =>
    Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
      scenarios.flatMap((scenario) => {
        const call = scenario.calls[round];
        return call && mayMeet(call, kind) ? [{ scenario, call, kind }] : [];
      }),
    ),
  );
}

/** In `make test` one call an operation, and those of one operation after another. */
function samples(): Fault[] {
  return scenarios.flatMap((scenario) =>
    kinds.flatMap((kind) => {
      const [call] = scenario.calls;
      return call && kind.sample === scenario.name ? [{ scenario, call, kind }] : [];
    }),
  );
}

export const forSmallEngine: Fault[] = (wanted === undefined ? samples() : everything()).filter(isWanted);

/** With the real CLI: at the first call of every operation whoever calls is killed, and at some of them more goes wrong. */
const killed = {
  ofReads: ["the provider is killed before", "the engine is killed before"],
  ofWrites: ["the provider is killed behind", "the engine is killed behind"],
};
const more = ["the answer is lost", "200 with an error, nothing done", "the instance is killed behind"];
const some = ["create an explicit Node", "create a Subscription", "delete a Subscription", "create a Route"];

export const forCli: Fault[] = everything().filter((fault) => {
  const { scenario, call, kind } = fault;
  if (call !== scenario.calls[0] || !isWanted(fault)) return false;
  const isKilled = (call.isRead ? killed.ofReads : killed.ofWrites).includes(kind.name);
  return isKilled || (more.includes(kind.name) && some.includes(scenario.name));
});
