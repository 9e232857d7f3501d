import { describe, expect, it } from "vitest";

import { EVENT_CHARS_MAX, EventReader } from "./events";

const TWO = 'retry: 3000\n: hello\n\nid: 7\nevent: timeline\ndata: {"seq":1}\n\ndata: a\ndata: b\n\n';

describe("server-sent events", () => {
  it("are read wherever the network cuts them", () => {
    for (let cut = 0; cut <= TWO.length; cut += 1) {
      const reader = new EventReader();
      expect([...reader.read(TWO.slice(0, cut)), ...reader.read(TWO.slice(cut))]).toEqual([
        { id: "7", name: "timeline", data: '{"seq":1}' },
        { id: "7", name: "message", data: "a\nb" },
      ]);
    }
  });

  it("end their lines as the server likes", () => {
    const reader = new EventReader();
    const found = [...`id: 1\r\ndata: x\r\n\r\nid: 2\rdata: y\r\r\n`].flatMap((letter) => reader.read(letter));
    expect(found.map((event) => [event.id, event.data])).toEqual([
      ["1", "x"],
      ["2", "y"],
    ]);
  });

  it("say when to ask anew, and keep the id of the connection before", () => {
    const reader = new EventReader("41");
    expect(reader.read("retry: 3009\n\ndata: x\n\n")).toEqual([{ id: "41", name: "message", data: "x" }]);
    expect(reader.retryMs).toBe(3009);
  });

  it("are nothing without data, and half of one is nothing yet", () => {
    expect(new EventReader().read("id: 3\nevent: timeline\n\ndata: half\n")).toEqual([]);
  });

  it("have a longest", () => {
    const long = "x".repeat(EVENT_CHARS_MAX + 1);
    expect(() => new EventReader().read(long)).toThrow(RangeError);
    expect(() => new EventReader().read(`data: ${long}\n`)).toThrow(RangeError);
  });
});
