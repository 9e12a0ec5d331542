import { frontEndSuite } from "./front-end-suite";
import { runPlugin } from "./plugin";

frontEndSuite("plugin", runPlugin);
