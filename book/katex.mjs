// One formula a line, as JSON, in; its HTML, or what is wrong with it, out. Pipes, so nothing has to listen or be waited for.
import katex from "katex";
import readline from "node:readline";

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { tex, displayMode, macros } = JSON.parse(line);
  let answer;
  try {
    answer = {
      html: katex.renderToString(tex, {
        displayMode,
        macros,
        throwOnError: true,
        // \htmlClass carries the colours of the roles; everything else that KaTeX only warns of is an error here.
        trust: ({ command }) => {
          if (command === "\\htmlClass") return true;
          throw new katex.ParseError(`${command} is not for this book`);
        },
        strict: (code) => (code === "htmlExtension" ? "ignore" : "error"),
      }),
    };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
