import { expect, test } from "vitest";
import { cannotTell, errorCodes, HarperError } from "../../../provider/operations-api";

/** After these the object may be there or not: read as "gone" they would take it out of the state. */
const silent = ["unauthorised", "forbidden", "unreachable", "gone", "timeout", "busy", "tls", "cancelled", "failed"];

test.each(Object.keys(errorCodes) as (keyof typeof errorCodes)[])("%s", (code) => {
  const error = new HarperError(code, { operation: "cluster_status", instance: "us", problem: "it is so" });
  expect(cannotTell(error)).toBe(silent.includes(code));
  expect(error.message).toBe(`cluster_status on us: it is so. ${errorCodes[code]}`);
});
