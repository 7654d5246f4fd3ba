const { commands, Uri } = require("vscode");

exports.activate = () => {
  const dump = process.env.EXHUME_OPEN;
  if (dump) return commands.executeCommand("exhume.openHeapDump", Uri.file(dump));
};
