"""The line: SIP, RTP and the sound itself."""
