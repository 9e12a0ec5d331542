import { z } from "zod";

/** How far behind rows may be that come one after the other, and still be those that are being written. */
const longBehindMs = 5000;

/** What an instance says of one socket over which it receives rows, and of what it sends to the same peer. */
export const socketSchema = z
  .looseObject({
    database: z.string().optional(),
    connected: z.boolean().optional(),
    latency: z.number().optional(),
    // Times are texts; while tables are copied, Harper says that in place of one.
    sendingMessage: z.string().optional().catch(undefined),
    lastReceivedStatus: z.string().optional().catch(undefined),
    lastReceivedRemoteTime: z.string().optional().catch(undefined),
    lastReceivedLocalTime: z.string().optional().catch(undefined),
    backPressurePercent: z.number().optional().catch(undefined),
  })
  .transform(({ database, connected, latency, sendingMessage, backPressurePercent, ...received }) => {
    const writtenAt = timeOf(received.lastReceivedRemoteTime);
    const receivedAt = timeOf(received.lastReceivedLocalTime);
    const isBehind = writtenAt !== undefined && receivedAt !== undefined && receivedAt - writtenAt > longBehindMs;
    return {
      database,
      connected,
      latency,
      /** Share of the time that what is sent waits for the peer. */
      backPressurePercent,
      /** How long after it was written the row that came last arrived, by the clocks of the two. */
      behindMs: writtenAt === undefined || receivedAt === undefined ? undefined : receivedAt - writtenAt,
      /** Whole tables are being sent to the peer. */
      sendsCopy: sendingMessage === "Copying",
      /** Rows come that were written long before. "Receiving" alone is what a busy peer looks like. */
      catchesUp: received.lastReceivedStatus === "Receiving" && isBehind,
      /** When the row that came last was written, by the peer's clock. */
      lastReceived: writtenAt === undefined ? undefined : new Date(writtenAt).toISOString(),
    };
  });

export type SocketStatus = z.output<typeof socketSchema>;

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
