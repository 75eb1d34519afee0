"""A stand-in for a mail server, strict about RFC 5321: what a client says in the wrong order or form is a violation.

Usage: strict_smtp_stand_in.py plain|starttls|tls CERTIFICATE KEY [deaf]
Prints "LISTENING:port", then a line of JSON for every mail and every violation. Knows the user "u" with the password "right", refuses
nouser@ for good and busy@ for now; "deaf": never answers QUIT.
"""
import base64, json, re, socketserver, ssl, sys

mode, certificate, key = sys.argv[1:4]
deaf = "deaf" in sys.argv
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if mode != "plain":
    context.load_cert_chain(certificate, key)


class Client(socketserver.BaseRequestHandler):
    def setup(self):
        self.secure = mode == "tls"
        if self.secure:
            self.request = context.wrap_socket(self.request, server_side=True)
        self.buffer = b""

    def say(self, text):
        self.request.sendall(text.encode() + b"\r\n")

    def violation(self, text):
        print(json.dumps({"violation": text}), flush=True)
        self.say("503 5.5.1 " + text)

    def line(self):
        while b"\n" not in self.buffer:
            more = self.request.recv(65536)
            if not more:
                return None
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        if not line.endswith(b"\r") or b"\r" in line[:-1]:
            print(json.dumps({"violation": "a bare line break"}), flush=True)
        return line.rstrip(b"\r")

    def handle(self):
        greeted, user, sender, recipients = False, None, None, []
        self.say("220 stand-in ESMTP")
        while (line := self.line()) is not None:
            text = line.decode("ascii", "replace")
            verb = text.split(" ")[0].upper()
            if verb == "EHLO":
                if len(text.split(" ")) != 2:
                    self.violation("EHLO without a name")
                    continue
                greeted = True
                extensions = ["stand-in"] + (["STARTTLS"] if mode == "starttls" and not self.secure else [])
                extensions += ["AUTH PLAIN"] if self.secure else []
                for place, word in enumerate(extensions):
                    self.say("250" + (" " if place == len(extensions) - 1 else "-") + word)
            elif verb == "STARTTLS" and mode == "starttls" and not self.secure and not self.buffer:
                self.say("220 go on")
                self.request = context.wrap_socket(self.request, server_side=True)
                self.secure, greeted = True, False
            elif verb == "AUTH" and greeted and self.secure:
                answer = text.split(" ")[2] if len(text.split(" ")) == 3 else None
                if answer is None:
                    self.say("334 ")
                    answer = self.line().decode()
                _, name, password = base64.b64decode(answer).decode().split("\0")
                user = name if (name, password) == ("u", "right") else None
                self.say("235 2.7.0 welcome" if user else "535 5.7.8 wrong user or password")
            elif verb == "MAIL":
                found = re.fullmatch(r"MAIL FROM:<([^<>\s]*)>( [A-Z0-9=]+)*", text, re.I)
                if not greeted or not found or sender is not None:
                    self.violation("MAIL out of place: " + text)
                    continue
                sender, recipients = found[1], []
                self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                found = re.fullmatch(r"RCPT TO:<([^<>\s]+@[^<>\s]+)>", text, re.I)
                if sender is None or not found:
                    self.violation("RCPT out of place: " + text)
                elif found[1].startswith("nouser@"):
                    self.say("550 5.1.1 no such user")
                elif found[1].startswith("busy@"):
                    self.say("451 4.3.0 try again later")
                else:
                    recipients.append(found[1])
                    self.say("250 2.1.5 ok")
            elif verb == "DATA" and recipients:
                self.say("354 go on")
                lines = []
                while (part := self.line()) is not None and part != b".":
                    if len(part) > 998:
                        print(json.dumps({"violation": "a line of more than 998 bytes"}), flush=True)
                    lines.append((part[1:] if part.startswith(b".") else part).decode("ascii", "replace"))
                mail = {"from": sender, "to": recipients, "user": user, "secure": self.secure, "text": "\r\n".join(lines) + "\r\n"}
                print(json.dumps(mail), flush=True)
                sender, recipients = None, []
                self.say("250 2.0.0 taken")
            elif verb == "RSET":
                sender, recipients = None, []
                self.say("250 2.0.0 ok")
            elif verb == "QUIT":
                if deaf:
                    print(json.dumps({"quit": "unanswered"}), flush=True)
                else:
                    self.say("221 2.0.0 bye")
                    return
            else:
                self.violation("out of place: " + text)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, address):
        pass


server = Server(("127.0.0.1", 0), Client)
print("LISTENING:%d" % server.server_address[1], flush=True)
server.serve_forever()
