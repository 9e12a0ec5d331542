import { fakeWorld } from "../lifecycle/fake-world";
import { lifecycleSuite } from "../lifecycle/suite";
import { runPlugin } from "./run";

lifecycleSuite("the stand-in through the plugin", async () => (await fakeWorld()).world, runPlugin);
