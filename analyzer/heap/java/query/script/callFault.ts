/** What is wrong with the values a function was called with; whoever knows the column makes a fault of it. */
export class CallFault extends Error {}
