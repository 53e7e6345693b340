import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { makeLazy } from "../lazy.ts";

// Goal: a program that is mostly asleep in flash does what it did when it was all awake, and what
// cannot be made anew each time stays as it is.
// Method: each program is run as it is and asleep, in a vm; all of them once more in Espruino, where
// ESPRUINO names one.

const INTERPRETER = process.env["ESPRUINO"];

const asleep = (program: string, ...awake: string[]): string =>
  makeLazy(`//test\n${program}\n`, (name) => awake.includes(name));

/** What is evaluated at the start. */
const remaining = (code: string): string => code.slice(code.indexOf("*/") + 2);

const said = (code: string, slot?: string): readonly unknown[] => {
  const lines: unknown[] = [];
  const context = createContext({
    print: (line: unknown) => lines.push(line),
    require: () => ({ read: (name: string) => (name === (slot ?? "app") ? code : undefined) }),
    ...(slot === undefined ? {} : { battantSlot: slot }),
  });
  runInContext(code, context);
  return lines.map(String);
};

type Program = readonly [name: string, code: string, says: readonly string[]];

const programs: readonly Program[] = [
  ["a function that is called", "var f=(a,b)=>a+b;print(f(1,2));", ["3"]],
  ["a function of several statements", "var f=a=>{let b=a*2;return b+1};print(f(2));", ["5"]],
  ["a function written the old way", "var f=function(a){return a+1};print(f(2));", ["3"]],
  ["an object as the whole answer", "var f=a=>({b:a});print(f(4).b);", ["4"]],
  ["recursion", "var f=a=>a<2?1:a*f(a-1);print(f(5));", ["120"]],
  [
    "two functions that call each other",
    "var even=a=>a===0||odd(a-1),odd=a=>a!==0&&even(a-1);print(even(7));",
    ["false"],
  ],
  ["a function that is passed on", "var f=a=>a*2;print([1,2].map(f).join());", ["2,4"]],
  ["a function in an object", "var f=a=>a*2;var o={g:f};print(o.g(3));", ["6"]],
  [
    "a long text right behind a word",
    'var n=0;var f=a=>{if(a)return"a text of more than twenty-four letters";n++;return n};print(f(1));print(f(0));',
    ["a text of more than twenty-four letters", "1"],
  ],
  [
    "a function right behind a word",
    "var f=a=>{let b=a;b++;return(c,d)=>{let e=c*d;e+=1;e+=2;e+=3;e+=4;return e-10}};print(f(1)(2,3));",
    ["6"],
  ],
  ["an empty function", "var f=()=>{};var o={g:f};print(o.g());", ["undefined"]],
  [
    "a function that ends in a bare return",
    "var f=a=>{if(a)return;print('no');return;};f(1);f(0);",
    ["no"],
  ],
  [
    "what is at the top and changes",
    "var n=0;var up=()=>{n++};var get=()=>n;up();up();print(get());",
    ["2"],
  ],
  [
    "a part with a state of its own",
    "var make=start=>{let n=start;return{up:()=>{n+=1;return n}}};var a=make(5),b=make(7);a.up();print(a.up());print(b.up());",
    ["7", "8"],
  ],
  [
    "a function made where it is called",
    "print(((a,b)=>{let sum=0;for(let i=a;i<b;i++)sum+=i;return sum})(1,5));",
    ["10"],
  ],
  [
    "a function made where it is called, that needs its surroundings",
    "var f=x=>((a,b)=>{let sum=0;for(let i=a;i<b;i++)sum+=i*x;return sum})(1,5);print(f(2));",
    ["20"],
  ],
  ["a name that is another one inside", "var e=1,f=e=>e+1,g=(f,t)=>f+t;print(g(f(4),e));", ["6"]],
  [
    "a name that is caught",
    "var e=a=>a;var f=()=>{try{throw e(1)}catch(e){return e}};print(f());",
    ["1"],
  ],
  ["numbers with names", "var a=-5,b=2;print(b-a);print(a.toFixed(1));", ["7", "-5.0"]],
  ["texts with names", "var a='*/',b=a+a;var f=c=>c+a+b;print(f('x'));", ["x*/*/*/"]],
  ["a list that is looked up", "var t=[4,5,6];var f=i=>t[i]+t.indexOf(6);print(f(1));", ["7"]],
  [
    "a table that is looked up",
    "var t={a:1,b:-2};var f=k=>t.hasOwnProperty(k)?t[k]:0;print(f('b'));print(f('c'));",
    ["-2", "0"],
  ],
  ["a list that is changed", "var t=[1];var f=()=>t.push(2);f();print(f());", ["3"]],
  ["an object that is changed", "var t={a:1};var f=()=>{t.a++;return t.a};f();print(f());", ["3"]],
  [
    "a long text",
    'var t="|one=1|two=2|three=3|four=4|";var f=k=>t.charAt(t.indexOf("|"+k+"=")+k.length+2);print(f("three"));',
    ["3"],
  ],
  [
    "a long key",
    'var o={"a key that is quite as long as a text":1};for(var k in o)print(o[k]);',
    ["1"],
  ],
  ["functions that are compared", "var f=()=>1,g=f;print(f===g);", ["true"]],
  ["a function with a property", "var f=()=>1;f.b=3;print(f.b);", ["3"]],
  ["a constructor", "var F=function(a){this.a=a};print(new F(3).a);", ["3"]],
  ["a function that is replaced", "var f=()=>1;f=()=>2;print(f());", ["2"]],
  ["a text like the end of a comment", "var f=a=>a+/b*/.source;print(f('*/'));", ["*/b*"]],
  ["the name that the text would have", "var $=1,f=$$=>$+$$;print(f(2));", ["3"]],
];

for (const [name, code, says] of programs) {
  test(`${name}: asleep it does the same`, () => {
    expect(said(code)).toEqual(says);
    expect(said(asleep(code))).toEqual(says);
  });
}

const gone: readonly (readonly [name: string, code: string])[] = [
  ["a function", "var f=(a,b)=>a+b;print(f(1,2));"],
  ["a function that is passed on", "var f=a=>a*2;print([1,2].map(f));"],
  ["functions that call each other", "var f=a=>a&&g(a-1),g=a=>a&&f(a-1);print(f(1));"],
  ["a function that is caught under its name", "var f=a=>a;print(f(1));try{f()}catch(f){}"],
  ["a list of constants", "var t=[1,2];print(t[1]);"],
  ["a number", "var n=5;print(n);"],
  ["a text", 'var t="abc";print(t);'],
];

for (const [name, code] of gone) {
  test(`nothing of ${name} remains awake`, () => {
    expect(remaining(asleep(code))).toMatch(
      /^var \$=require\("Storage"\)\.read\([^;]*\);(print|try)/,
    );
  });
}

const kept: readonly (readonly [name: string, code: string])[] = [
  ["functions that are compared", "var f=()=>1;print(f===f);"],
  ["a function with a property", "var f=()=>1;f.b=3;"],
  ["a constructor", "var f=function(){};new f;"],
  ["a function that knows `this`", "var f=()=>this;print(f());"],
  ["a function that is replaced", "var f=()=>1;f=2;"],
  ["a list that is passed on", "var f=[1,2];print(f);"],
  ["a list that grows", "var f=[1,2];f.push(3);"],
  ["an object that changes", "var f={a:1};f.a=2;"],
  ["a number that counts", "var f=1;f++;"],
  ["a text that would end the comment", "var f=()=>/a*/;print(f());"],
];

for (const [name, code] of kept) {
  test(`${name}: stays`, () => {
    expect(remaining(asleep(code))).toContain("var f=");
  });
}

test("what is wanted too often stays awake, and what is in it may sleep", () => {
  const code = asleep("var f=a=>g(a)+1,g=a=>a*2;print(f(3));", "f");
  expect(remaining(code)).toMatch(
    /var f=a=>\[Function\("a",\$\.substr\( *\d+, *\d+\)\)\]\[0\]\(a\)\+1;print/,
  );
  expect(said(code)).toEqual(["7"]);
});

test("a program reads itself from the slot that the loader has named", () => {
  const code = asleep("var f=()=>5;print(f());");
  expect(said(code, "app-b")).toEqual(["5"]);
});

test("the first line stays the first, and the rest is one comment and one line of code", () => {
  const code = asleep("var f=()=>5;print(f());");
  expect(code).toMatch(/^\/\/test\n\/\*return 5;\*\/var [^\n]*\n$/);
});

const runOn = async (interpreter: string, code: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "battant-lazy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = JSON.stringify(code);
  const flashed = `require("Storage").write("app",${text},0);eval(require("Storage").read("app"));`;
  writeFileSync(join(folder, "task.js"), flashed);
  const child = spawn(interpreter, ["task.js"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  let output = "";
  child.stdout!.on("data", (bytes: Buffer) => {
    output += bytes.toString("latin1");
  });
  await once(child, "close");
  return output.replaceAll("\r", "");
};

const title =
  INTERPRETER === undefined
    ? "without ESPRUINO, nothing here has run on the interpreter itself"
    : "on Espruino, each program asleep does what it does in the vm";

test(`${title}`, { timeout: 120_000 }, async () => {
  if (INTERPRETER === undefined) return;
  for (const [name, code, says] of programs) {
    const output = await runOn(INTERPRETER, asleep(code));
    expect(`${name}: ${output}`).not.toMatch(/Uncaught|ERROR/);
    for (const line of says) expect(`${name}: ${output}`).toContain(`${line}\n`);
  }
});
