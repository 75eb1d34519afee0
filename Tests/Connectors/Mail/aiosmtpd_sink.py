"""aiosmtpd as a mail server on the loopback: prints LISTENING:port, then a line of JSON for each mail. nouser@… is refused for good,
busy@… for now."""
import json
import sys
import time

from aiosmtpd.controller import Controller


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nouser@"):
            return "550 no such user"
        if address.startswith("busy@"):
            return "451 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": envelope.content.decode("utf-8", "replace")}
        print(json.dumps(mail), flush=True)
        return "250 taken"


controller = Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print(f"LISTENING:{controller.server.sockets[0].getsockname()[1]}", flush=True)
while True:
    time.sleep(60)
