// A reporter for Vitest: what a run came to, as JSON in the file that EXHUME_TEST_REPORT names. Vitest's own leaves out
// what a hook of a suite threw, of which the tests below know only that they were skipped.
import { writeFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

export default class TestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const projects = [...new Set(modules.map(({ project }) => project.name))];
    const results = projects.map((name) =>
      resultOf(
        name,
        modules.filter(({ project }) => project.name === name),
      ),
    );
    if (unhandledErrors.length > 0) {
      const failures = unhandledErrors.map(textOf);
      results.push({ name: "errors", passed: 0, failed: failures.length, failures, seconds: 0, files: {} });
    }
    writeFileSync(process.env.EXHUME_TEST_REPORT, JSON.stringify(results, null, 1));
  }
}

/** Seconds are those of all its files, which ran beside others. */
function resultOf(name, modules) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const passed = tests.filter((test) => test.result().state === "passed").length;
  const failures = modules.flatMap(failuresOf);
  const files = modules.map((module) => [nameOf(module), Math.round(module.diagnostic().duration) / 1000]);
  return {
    name,
    passed,
    // A file that could not even be loaded has no tests to count.
    failed: Math.max(tests.length - passed, failures.length > 0 ? 1 : 0),
    failures,
    seconds: Math.round(files.reduce((sum, [, seconds]) => sum + seconds, 0)),
    files: Object.fromEntries(files.sort(([, a], [, b]) => b - a)),
  };
}

/** Of a file, of its suites, of its tests. */
function failuresOf(module) {
  const inSuites = [module, ...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => `${placeOf(suite)}\n${textOf(error)}`),
  );
  const inTests = [...module.children.allTests()]
    .filter((test) => test.result().state !== "passed")
    .map((test) => {
      const { state, errors = [] } = test.result();
      return [`${placeOf(test)} (${state})`, ...errors.map(textOf)].join("\n");
    });
  return [...inSuites, ...inTests];
}

function placeOf(entity) {
  return entity.type === "module" ? nameOf(entity) : `${nameOf(entity.module)} > ${entity.fullName}`;
}

function nameOf(module) {
  return module.relativeModuleId ?? module.moduleId;
}

/** With what was wanted and found, where in our own files, and what was behind it. */
function textOf({ name, message, diff, stack = "", cause }) {
  const frames = stack
    .split("\n")
    .filter((line) => /^\s+at .*[/\\]/.test(line) && !line.includes("node_modules"));
  const behind =
    cause === undefined ? [] : [`Caused by ${typeof cause === "object" ? textOf(cause) : cause}`];
  return stripVTControlCharacters(
    [`${name ?? "Error"}: ${message}`, ...(diff ? [diff] : []), ...frames, ...behind].join("\n"),
  );
}
