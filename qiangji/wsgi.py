"""The WSGI entry that granian or gunicorn serves.

Behind a reverse proxy every request comes from the proxy's address; the visitor's own, which the throttling of sign-in
needs, is taken from the header of proxies that this site trusts.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiangji.settings")
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), trusted_hosts=settings.TRUSTED_PROXIES)
