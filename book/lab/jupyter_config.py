"""JupyterLab for this book: it opens the chapters, asks for no news, and leaves a notebook's file as it was.

On opening a notebook, JupyterLab writes the kernel's names and versions into it, and so shows it as modified. Here a notebook
that is read already has them, and one that is saved loses them again: its file depends on no one's version of Python.
"""

from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

STORED = {"display_name": "Python 3", "language": "python", "name": "python3"}


class ContentsManager(AsyncLargeFileManager):
    async def get(self, *arguments, **options):
        model = await super().get(*arguments, **options)
        if model["type"] == "notebook" and model["content"] and model["content"]["metadata"].get("kernelspec") == STORED:
            model["content"]["metadata"]["kernelspec"] = STORED | {"display_name": get_kernel_spec("python3").display_name}
            model["content"]["metadata"]["language_info"] = IPythonKernel.language_info
        return model


def forget_the_kernel(model, **_):
    if model["type"] == "notebook":
        metadata = model["content"]["metadata"]
        if metadata.get("kernelspec", {}).get("name") == STORED["name"]:
            metadata["kernelspec"] = STORED
            metadata.pop("language_info", None)


c = get_config()  # noqa: F821
c.ServerApp.contents_manager_class = ContentsManager
c.ContentsManager.pre_save_hook = forget_the_kernel
c.LabApp.default_url = "/lab/tree/chapters"
c.LabApp.app_settings_dir = str(Path(__file__).parent)   # overrides.json
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
