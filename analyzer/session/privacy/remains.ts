import type { RedactionLevel } from "../../base/secrets/redactionLevel";
import type { DumpFormat } from "../dumpFormat";
import { plainText } from "../dumpFormats";

type Remains = Readonly<Record<RedactionLevel, readonly string[]>>;

const numbersInFields = "Numbers in fields have their values.";
const namesOfClasses = "Names of classes, fields, methods and files are readable.";

const ofHeap: Remains = {
  strings: [
    "Arrays that are not a string's, such as buffers and passwords in char arrays, have their contents.",
    numbersInFields,
    namesOfClasses,
  ],
  arrays: [numbersInFields, namesOfClasses],
  fields: [namesOfClasses],
  names: ["Names of the JDK's classes and all names the JDK uses itself are readable."],
};
const ofEveryHeap = [
  "Ids of objects are addresses of the process.",
  "Lengths of strings and arrays, counts of elements and states of threads are as they were.",
  "The time the dump was taken stands in its header.",
];

const namesOfFiles = "Paths of files, and of a JVM the names of its classes, are readable.";
const numbersOfStacks = "Numbers on stacks and in static data have their values; text is gone.";
const ofCore: Remains = {
  strings: ["Numbers, and text that is neither ASCII nor UTF-8, are as they were.", namesOfFiles],
  arrays: [numbersOfStacks, namesOfFiles],
  fields: [namesOfFiles],
  names: [
    "Paths of the system's files, file names of modules, and names of the JDK's classes are readable.",
    "A debugger needs to be told where modules are whose folders have other names.",
  ],
};
const ofEveryCore = [
  "Words that are addresses of the process are kept: stacks, lists and references can be followed. A number that happens to be one stays with them.",
  "Machine code, and the tables at the beginning of modules, are as their files have them, apart from texts with secrets; code a JIT compiler made has the numbers compiled into it. Constants of programs have lost their text.",
  "Kept by place: headers of malloc, what debuggers read of the loader and of threads, of a JVM its tables, headers and references of objects, and counts of collections.",
  "Where code has no unwind information, stacks are guessed from what lies on them: of such frames another debugger may see others in the copy.",
  "Where a core does not say which build of a program ran, Exhume knows a file by contents that the copy has lost: open the copy with --program and --allow-mismatch.",
  "Of registers those that steer the program stay, of the others addresses; process, thread and user ids, the signal, and the auxiliary vector are as they were.",
];

const namesInText = "Names of classes, functions and files are readable.";
const ofText: Remains = {
  strings: [namesInText],
  arrays: [namesInText],
  fields: [namesInText],
  names: ["Names of the JDK's classes and paths of the system are readable."],
};
const ofEveryText = [
  "Figures, addresses, times, states and ids are as they were, and what a log collector put before the lines.",
];

/** Of a text whose form is not known, nobody can tell what in it is structure. */
const ofOtherText = [
  "Only what the rules for secrets find was replaced, values of variables and of options -D, and what stands in quotes at the beginning of a line. Everything else is readable: read the copy before you pass it on.",
];

/** What a copy still tells, in sentences. */
export function remainsOf({ id, kind }: DumpFormat, level: RedactionLevel): readonly string[] {
  if (id === plainText.id) return ofOtherText;
  if (kind === "core") return [...ofCore[level], ...ofEveryCore];
  if (kind === "text") return [...ofText[level], ...ofEveryText];
  return [...ofHeap[level], ...ofEveryHeap];
}
