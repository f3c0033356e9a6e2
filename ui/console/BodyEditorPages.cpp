#include "ui/console/BodyEditor.h"

#include "app/models/NameValueModel.h"
#include "app/models/PartsModel.h"
#include "ui/console/FileBody.h"
#include "ui/console/GraphQlPanel.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/NameValueEditor.h"
#include "ui/widgets/PartsTable.h"
#include "ui/widgets/VariableHints.h"

#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>

namespace keydesk {

QWidget *BodyEditor::pageOf(RequestBody::Kind kind)
{
    switch (kind) {
    case RequestBody::Kind::None:
        return m_none;
    case RequestBody::Kind::Json:
    case RequestBody::Kind::Text:
    case RequestBody::Kind::Xml:
        return m_texts;
    case RequestBody::Kind::GraphQl:
        if (!m_graphQl)
            makeGraphQl();
        return m_texts;
    case RequestBody::Kind::Form:
        if (!m_form)
            makeForm();
        return m_formEditor;
    case RequestBody::Kind::Multipart:
        if (!m_parts)
            makeParts();
        return m_partsTable;
    case RequestBody::Kind::File:
        if (!m_file)
            makeFile();
        return m_filePage;
    }
    return m_none;
}

void BodyEditor::makeGraphQl()
{
    m_graphQl = new GraphQlPanel;
    m_graphQl->setHints(m_hints);
    m_graphQl->set(m_kept.graphQlVariables, m_kept.graphQlOperation);
    m_texts->addWidget(m_graphQl);
    m_texts->setStretchFactor(0, 3);
    m_texts->setStretchFactor(1, 2);
    connect(m_graphQl, &GraphQlPanel::edited, this, &BodyEditor::textEdited);
}

void BodyEditor::makeForm()
{
    m_form = new NameValueModel(this);
    m_form->setRows(m_kept.form);
    m_formEditor = new NameValueEditor(m_form, tr("Form fields"));
    m_formEditor->setHints(m_hints);
    m_stack->addWidget(m_formEditor);
    connect(m_form, &NameValueModel::edited, this, [this] {
        clearProblem();
        Q_EMIT edited();
    });
}

void BodyEditor::makeParts()
{
    m_parts = new PartsModel(this);
    m_parts->setParts(m_kept.parts);
    m_partsTable = new PartsTable(m_parts, tr("Parts"));
    m_partsTable->setHints(m_hints);
    m_stack->addWidget(m_partsTable);
    connect(m_parts, &PartsModel::edited, this, [this] {
        clearProblem();
        Q_EMIT edited();
    });
}

void BodyEditor::makeFile()
{
    m_file = new FileBody;
    m_file->setPath(m_kept.file);
    m_hints.follow(m_file->field());
    m_filePage = new QScrollArea;
    m_filePage->setWidgetResizable(true);
    m_filePage->setFrameShape(QFrame::NoFrame);
    m_filePage->setFocusPolicy(Qt::NoFocus); // its fields have it
    m_filePage->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_filePage->setWidget(m_file);
    m_stack->addWidget(m_filePage);
    connect(m_file, &FileBody::edited, this, [this] {
        clearProblem();
        Q_EMIT edited();
    });
}

} // namespace keydesk
