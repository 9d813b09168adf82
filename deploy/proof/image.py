# SPDX-License-Identifier: Apache-2.0
"""Builds an image from its Dockerfile, step by step as the file says, on clean Debian roots."""
import hashlib
import os
import pathlib
import shutil

from proof import dockerfile


class Context:
    """The folder that COPY copies from, less what .dockerignore names."""

    def __init__(self, folder):
        self.folder = folder
        self.ignore = dockerfile.Ignore((folder / ".dockerignore").read_text(encoding="utf-8"))

    def files(self, source):
        """Paths below the context of the file or of all files of the folder `source`."""
        path = self.folder / source
        found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        names = [os.fspath(p.relative_to(self.folder)) for p in found]
        names = [name for name in names if not self.ignore.ignores(name)]
        if not names:
            raise dockerfile.DockerfileError(f"COPY: {source} is not in the context")
        return names

    def digest(self, sources):
        """A number that changes when one of these files does."""
        digest = hashlib.sha256()
        for source in sources:
            for name in self.files(source):
                mode = (self.folder / name).stat().st_mode & 0o777
                digest.update(f"{name}\0{mode}\0".encode() + (self.folder / name).read_bytes())
        return digest.hexdigest()


class Builder:
    """Carries out the instructions of each stage; `say` is told of every step."""

    def __init__(self, store, context, say):
        self.store = store
        self.context = context
        self.say = say
        self.stages = {}  # name -> layers

    def build(self, stages):
        """Build all stages; the layers of the last one."""
        for stage in stages:
            self.stages[stage.name] = self._stage(stage)
        return self.stages[stages[-1].name]

    def _stage(self, stage):
        image, _, tag = stage.base.partition(":")
        if image != "debian":
            raise dockerfile.DockerfileError(f"FROM {stage.base}: only debian:TAG can be made here")
        self.say(f"FROM {stage.base}")
        layers = self.store.debian(tag)
        folder, environment = "/", {}
        for step in stage.instructions:
            self.say(f"{step.keyword} {' '.join(step.text.split())[:90]}")
            if step.keyword == "ENV":
                environment.update(step.pairs())
            elif step.keyword == "WORKDIR":
                folder = os.path.join(folder, step.text)
                layers = self._workdir(layers, folder)
            elif step.keyword == "COPY":
                layers = self._copy(layers, step, folder)
            elif step.keyword == "RUN":
                layers = self._run(layers, step, folder, environment)
            # The others say how to run the image, not what is in it.
        return layers

    def _workdir(self, layers, folder):
        def make(root):
            (root.path / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        return self.store.step(layers, f"WORKDIR {folder}", make, network=False)

    def _run(self, layers, step, folder, environment):
        def run(root):
            root.run(step.argv(), environment, folder=folder)
        key = self.store.key("RUN", step.text, folder, sorted(environment.items()))
        return self.store.step(layers, key, run)

    def _copy(self, layers, step, folder):
        *sources, target = step.words()
        unknown = set(step.flags) - {"from"}
        if unknown:
            raise dockerfile.DockerfileError(f"line {step.line}: COPY {unknown} is not understood")
        target = pathlib.PurePosixPath(folder, target)
        if "from" in step.flags:
            origin = self.stages[step.flags["from"]]

            def copy(root):
                with self.store.mounted(origin, network=False) as other:
                    for source in sources:
                        copy_into(other.path / source.lstrip("/"), root.path, target)
            key = self.store.key("COPY", step.text, folder, origin[-1].name)
        else:
            def copy(root):
                for source in sources:
                    base = self.context.folder / source
                    for name in self.context.files(source):
                        path = self.context.folder / name
                        inner = path.relative_to(base) if base.is_dir() else path.name
                        place = root.path / os.fspath(target / inner).lstrip("/")
                        place.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copy(path, place)
            key = self.store.key("COPY", step.text, folder, self.context.digest(sources))
        return self.store.step(layers, key, copy, network=False)


def copy_into(source, root, target):
    """The file, or what is in the folder, goes into the folder `target`; links stay links."""
    place = root / os.fspath(target).lstrip("/")
    if source.is_dir():
        shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
    else:
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place, follow_symlinks=False)
