import { describe, expect, test } from "vitest";
import { socketSchema } from "../../../provider/operations-api/socket-status";

/** As Harper 4.7.29 told it, while 60,000 rows were copied and while others were written. */
const open = { database: "shop", connected: true, latency: 0.3, threadId: 1, nodes: ["us-1"], backPressurePercent: 0 };
const at = (seconds: number) => `Mon, 23 Nov 2026 01:01:${seconds} GMT`;

describe("a socket", () => {
  test.each([
    ["sends whole tables", { sendingMessage: "Copying", lastReceivedStatus: "Waiting" }, { sendsCopy: true }],
    ["sends what was just written", { sendingMessage: at(18), lastReceivedStatus: "Waiting" }, {}],
    [
      "gets rows that were written long before",
      { lastReceivedRemoteTime: at(11), lastReceivedLocalTime: at(20), lastReceivedStatus: "Receiving" },
      { catchesUp: true },
    ],
    [
      "gets rows while they are written",
      { lastReceivedRemoteTime: at(19), lastReceivedLocalTime: at(20), lastReceivedStatus: "Receiving" },
      {},
    ],
    [
      "has got a row that was late, and no more",
      { lastReceivedRemoteTime: at(11), lastReceivedLocalTime: at(20), lastReceivedStatus: "Waiting" },
      {},
    ],
    [
      "has got nothing yet",
      { lastReceivedLocalTime: at(15), lastReceivedVersion: 0, lastReceivedStatus: "Waiting" },
      {},
    ],
    ["of a database that is not there yet", {}, {}],
  ])("that %s", (_, said, meant) => {
    const found = socketSchema.parse({ ...open, ...said });
    expect(found).toMatchObject({ connected: true, sendsCopy: false, catchesUp: false, ...meant });
  });

  test("says when its last row was written", () => {
    const { lastReceived } = socketSchema.parse({ ...open, lastReceivedRemoteTime: at(11) });
    expect(lastReceived).toBe("2026-11-23T01:01:11.000Z");
    expect(socketSchema.parse(open).lastReceived).toBeUndefined();
  });

  test("of which a time is no time is read all the same", () => {
    expect(socketSchema.parse({ ...open, lastReceivedRemoteTime: "soon", sendingMessage: 5 })).toMatchObject({
      connected: true,
      lastReceived: undefined,
    });
  });
});
