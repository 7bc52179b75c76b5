"""The participants' pages: ballots and the like on everybody's own device, without a kernel and without Jupyter.

``seats`` knows who holds a link, ``rights`` who may do what, ``pages`` makes views of what the steps declare,
``server`` answers. Every page works without a script; the one script sends again until an answer was taken.
"""
