#pragma once

#include "app/base/Error.h"
#include "app/http/RequestSpec.h"

#include <QStringList>

#include <optional>

namespace keydesk::cli {

/// What the words of `call` say: METHOD, where, and items as HTTPie has them.
///
///   Name:value     a header; "Name:" takes one of the saved request away, "Name;" sends it empty
///   name==value    a query parameter
///   name=value     a text of the JSON body, or a field of a form; name=@FILE: the text of a file
///   name:=json     a JSON value of the body; name:=@FILE: the JSON of a file
///   name@FILE      a file of a multipart form
///   @FILE          the body, byte for byte
///
/// A backslash before a separator makes it part of the name.
struct CallWords
{
    enum class Fields { Json, Form, Multipart };

    QString method; ///< as written; empty: not told
    QString target; ///< a URL, a path of the environment, or a saved request
    QStringList items;
};

/// The method is there if the first word is made of letters only and the second is no item.
CallWords readCallWords(const QStringList &words);

/// Puts the items into `request`, over what it has: headers and parameters of the same name are replaced, items of a body replace the
/// body. A request without a method gets POST with a body, else GET. Reads the files that =@ and :=@ name. Errors tell which item is
/// wrong by its name, never by its value.
Result<RequestSpec> withItems(RequestSpec request, const CallWords &words, CallWords::Fields fields);

} // namespace keydesk::cli
