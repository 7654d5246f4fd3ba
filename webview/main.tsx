import { render } from "preact";
import { App } from "./app";
import "./styles/main.css";
import { showInvisibles } from "./visibleText";

showInvisibles();

render(<App />, document.getElementById("app")!);
